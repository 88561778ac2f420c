export { type HandledEvents, handleEvents } from "./handle-events.ts"
export { sendDueMails } from "./send-due-mails.ts"
