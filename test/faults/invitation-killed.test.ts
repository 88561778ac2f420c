import { killWhileInviting } from "./invitation-killed.ts"

killWhileInviting({ all: false })
