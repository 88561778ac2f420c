export { listNotifications } from "./list-notifications.ts"
export {
  markAllNotificationsRead,
  markNotificationRead,
  type NotificationNotFound
} from "./mark-notifications-read.ts"
export type { Channel, NewNotification, Notification, Person, Telling, Template } from "./notification.ts"
export { tell } from "./tell.ts"
