import { chai } from "vitest"

// A proxy around each assertion finds words that chai does not know. TypeScript finds them already, at no cost.
chai.config.useProxy = false
