export { allEvents, allReactions, type ReactionPorts, type TreffEvent } from "./use-cases/contexts.ts"
export { type HandledEvents, handleEvents } from "./use-cases/handle-events.ts"
export { sendDueMails } from "./use-cases/send-due-mails.ts"
