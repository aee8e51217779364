export { Dispatcher, type Redriven, type RedriveRefusal } from "./dispatcher.ts";
