export { forgetSignIns } from "./forget-sign-ins.ts"
export { type InvalidEmail, requestSignIn, signInLifetime, signInLimit } from "./request-sign-in.ts"
export { type SignInTokenUnknown, signIn } from "./sign-in.ts"
