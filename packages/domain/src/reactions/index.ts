export { allEvents, type TreffEvent } from "./model/treff-event.ts"
export { allReactions, type ReactionPorts } from "./use-cases/all-reactions.ts"
export { type HandledEvents, handleEvents } from "./use-cases/handle-events.ts"
export { sendDueMails } from "./use-cases/send-due-mails.ts"
