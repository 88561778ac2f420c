export { type Delivery, type DeliveryStatus, deliveryStatuses, type Notification } from "./model/notification.ts"
export { type Mail, MailDeferred, Mailer, MailerUnavailable, MailRefused, MailTemplates } from "./ports/mailer.ts"
export { type DueMail, type MailOutcome, type NotificationCursor, Notifications } from "./ports/notifications.ts"
export { listNotifications } from "./use-cases/list-notifications.ts"
export {
  markAllNotificationsRead,
  markNotificationRead,
  type NotificationNotFound
} from "./use-cases/mark-notifications-read.ts"
