export { type HandledEvents, handleEvents } from "./use-cases/handle-events.ts"
export { sendDueMails } from "./use-cases/send-due-mails.ts"
