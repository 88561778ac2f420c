export {
  acme,
  ada,
  bo,
  type CastAccount,
  cast,
  castExpiresAt,
  castMadeAt,
  cleo,
  invitation,
  invitationToken,
  mia,
  offer,
  offerSent
} from "./cast.ts"
