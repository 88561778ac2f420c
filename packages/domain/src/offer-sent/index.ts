export * from "./offer-sent.ts"
