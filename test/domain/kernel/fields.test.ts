import { declareTemplates, isEventOf, type PublishedEvent } from "@treff/domain/events"
import {
  count,
  type DataOf,
  declareEvents,
  documented,
  type EventOf,
  type Field,
  fieldName,
  flag,
  id,
  instant,
  listOf,
  oneOf,
  orNull,
  record,
  text,
  type ValueOf
} from "@treff/domain/kernel"
import { assert, describe, expectTypeOf, it } from "vitest"

const fields = {
  id,
  text,
  instant,
  flag,
  count: count(1),
  word: oneOf(["red", "blue"]),
  name: fieldName(["title", "salary"]),
  list: listOf(oneOf(["a", "b"])),
  maybe: orNull(instant),
  person: record({ id, nickname: orNull(text), tags: listOf(text) })
} as const

describe("a declared field", () => {
  it("is plain data, of which the wire and the documentation can be made", () => {
    assert.deepStrictEqual<unknown>(fields, {
      id: { is: "id" },
      text: { is: "text" },
      instant: { is: "instant" },
      flag: { is: "flag" },
      count: { is: "count", from: 1 },
      word: { is: "oneOf", values: ["red", "blue"], areFieldNames: false },
      name: { is: "oneOf", values: ["title", "salary"], areFieldNames: true },
      list: { is: "listOf", of: { is: "oneOf", values: ["a", "b"], areFieldNames: false } },
      maybe: { is: "orNull", of: { is: "instant" } },
      person: {
        is: "record",
        fields: {
          id: { is: "id" },
          nickname: { is: "orNull", of: { is: "text" } },
          tags: { is: "listOf", of: { is: "text" } }
        }
      }
    })
    assert.deepStrictEqual(structuredClone<unknown>(fields), fields)
  })

  it("has the type of what the domain has in it", () => {
    type Data = DataOf<typeof fields>
    expectTypeOf<Data>().toEqualTypeOf<{
      readonly id: string
      readonly text: string
      readonly instant: number
      readonly flag: boolean
      readonly count: number
      readonly word: "red" | "blue"
      readonly name: "title" | "salary"
      readonly list: ReadonlyArray<"a" | "b">
      readonly maybe: number | null
      readonly person: {
        readonly id: string
        readonly nickname: string | null
        readonly tags: ReadonlyArray<string>
      }
    }>()
    const person: ValueOf<typeof fields.person> = { id: "p1", nickname: null, tags: ["new"] }
    // @ts-expect-error: not one of the words
    const word: ValueOf<typeof fields.word> = "green"
    assert.notInclude([...fields.word.values], word)
    assert.sameMembers(Object.keys(person), Object.keys(fields.person.fields))
  })

  it("may be documented, and is otherwise the field that it was", () => {
    const salary = documented(fields.word, { about: "How it looks.", example: "red" })
    assert.deepStrictEqual<unknown>(salary, { ...fields.word, about: "How it looks.", example: "red" })
    assert.notProperty(fields.word, "about")
    expectTypeOf<ValueOf<typeof salary>>().toEqualTypeOf<"red" | "blue">()
  })

  it("is one of those that there are", () => {
    // @ts-expect-error: there is no such field
    const date: Field = { is: "date" }
    assert.notInclude(
      Object.values(fields).map(({ is }) => is as string),
      date.is
    )
  })
})

const reminderEvents = declareEvents("reminder", {
  created: { about: "A reminder was set.", data: { offerId: id, dueAt: instant } },
  moved: { about: "It comes at another time.", data: { dueAt: instant } },
  dropped: { about: "Nobody wants it any more.", data: {} }
})

describe("declared events", () => {
  it("are made by their names, with the data that was declared", () => {
    const event = reminderEvents.event("moved", 7, { dueAt: 100 })
    assert.deepStrictEqual(event, { type: "reminder.moved", at: 7, data: { dueAt: 100 } })
    expectTypeOf(event.type).toEqualTypeOf<"reminder.moved">()
    assert.deepStrictEqual(reminderEvents.event("dropped", 7, {}).data, {})
    // @ts-expect-error: an event has all of its data
    assert.notProperty(reminderEvents.event("created", 7, { offerId: "o1" }).data, "dueAt")
    // @ts-expect-error: no such event is declared
    assert.strictEqual<string>(reminderEvents.event("lost", 7, {}).type, "reminder.lost")
  })

  it("have the type of their union, in which each is known by its type", () => {
    type Reminder = EventOf<typeof reminderEvents>
    expectTypeOf<Reminder["type"]>().toEqualTypeOf<"reminder.created" | "reminder.moved" | "reminder.dropped">()
    type Created = Extract<Reminder, { readonly type: "reminder.created" }>
    expectTypeOf<Created>().toEqualTypeOf<{
      readonly type: "reminder.created"
      readonly at: number
      readonly data: { readonly offerId: string; readonly dueAt: number }
    }>()
    assert.strictEqual(reminderEvents.kind, "reminder")
    assert.deepStrictEqual(reminderEvents.declarations.created.data, { offerId: id, dueAt: instant })
  })

  it("are known among all others: all of them, or those that are named", () => {
    const isReminder = isEventOf(reminderEvents)
    const ends = isEventOf(reminderEvents, ["dropped"])
    const types = [
      "reminder.created",
      "reminder.moved",
      "reminder.dropped",
      "reminder.lost",
      "reminders.moved",
      "moved"
    ]
    const known = (is: (event: { readonly type: string }) => boolean) => types.filter((type) => is({ type }))
    assert.deepStrictEqual(known(isReminder), ["reminder.created", "reminder.moved", "reminder.dropped"])
    assert.deepStrictEqual(known(ends), ["reminder.dropped"])
    const dueAtOf = (event: PublishedEvent) => {
      if (!isEventOf(reminderEvents, ["created", "moved"])(event)) return null
      expectTypeOf(event.data.dueAt).toEqualTypeOf<number>()
      return event.data.dueAt
    }
    const moved = { id: "e1", subject: { type: "reminder", id: "r1" }, sequence: 2, occurredAt: 0 } as const
    const actor = { kind: "system", id: null }
    assert.strictEqual(dueAtOf({ ...moved, type: "reminder.moved", data: { dueAt: 100 }, actor }), 100)
    assert.isNull(dueAtOf({ ...moved, type: "reminder.dropped", data: {}, actor }))
    // @ts-expect-error: no such event is declared
    assert.deepStrictEqual(known(isEventOf(reminderEvents, ["lost"])), ["reminder.lost"])
  })
})

describe("declared templates", () => {
  it("are what they were declared as", () => {
    const templates = declareTemplates({ reminder: { about: "It is time.", data: { offerId: id } } })
    assert.deepStrictEqual(templates, { reminder: { about: "It is time.", data: { offerId: { is: "id" } } } })
  })
})
