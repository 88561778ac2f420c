export { type ArrivedMail, mailerContract, send, type TestMailer } from "./mailer-contract.ts"
