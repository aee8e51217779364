/** Where Bull Board lives. */
export const BOARD_PATH = "/queues";
