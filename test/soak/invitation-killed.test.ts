import { killWhileInviting } from "../faults/invitation-killed.ts"

killWhileInviting({ all: true })
