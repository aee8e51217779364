export { callJson, type JsonAnswer, mustCall } from "./call-json.ts";
export { type Environment, isGiven, readVariable, without } from "./environment.ts";
export { EXIT_CODE_INTERRUPTED, firstSignal } from "./first-signal.ts";
export { dashboardUser } from "./hash-password.ts";
export { DEMO_SHOP, openShop, type Shop } from "./open-shop.ts";
export { paintsFor, stackPanel } from "./stack-panel.ts";
export { type AppEnded, type RunningApp, startApp } from "./start-app.ts";
export { type Stack, type StackOptions, startStack } from "./start-stack.ts";
export { EXAMPLE_EVENT, type Example, writeExamples } from "./write-examples.ts";
