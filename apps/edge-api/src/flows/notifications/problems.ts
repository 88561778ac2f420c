import type { Problems } from "../../http/problem.ts"

export const notificationProblems = {
  NotificationNotFound: {
    status: 404,
    code: "not-found",
    title: "Not found",
    detail: "There is no such notification of yours. Check the id."
  }
} as const satisfies Problems
