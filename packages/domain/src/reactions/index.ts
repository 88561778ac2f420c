export { allEvents, allTemplates, type TreffEvent } from "./model/declarations.ts"
export { allReactions, type ReactionPorts } from "./use-cases/all-reactions.ts"
export { type HandledEvents, handleEvents } from "./use-cases/handle-events.ts"
export { sendDueMails } from "./use-cases/send-due-mails.ts"
