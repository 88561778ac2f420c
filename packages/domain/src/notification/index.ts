export { listNotifications } from "./list-notifications.ts"
export {
  markAllNotificationsRead,
  markNotificationRead,
  type NotificationNotFound
} from "./mark-notifications-read.ts"
export type { Channel, NewNotification, Notification, Telling, Template } from "./notification.ts"
export { type Recipients, tell } from "./tell.ts"
