export type { Channel, NewNotification, Notification, Person, Telling, Template } from "./notification.ts"
