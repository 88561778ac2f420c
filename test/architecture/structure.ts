import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"

/** An import from one room into another, and how many imports between files it stands for. */
interface Arrow {
  readonly from: string
  readonly to: string
  readonly imports: number
}

/** What the imports between the files of a folder show. */
export interface Structure {
  readonly files: number
  /** From the bottom to the top: the order in which the fewest imports go up. */
  readonly rooms: ReadonlyArray<string>
  /** How many rooms the longest chain of arrows down goes through. */
  readonly floors: number
  readonly arrows: ReadonlyArray<Arrow>
  /** The arrows that go up in the order of the rooms. There is one at least wherever rooms need each other in a circle. */
  readonly arrowsUp: ReadonlyArray<Arrow>
  /** The files that import each other in a circle, each circle by its files, the largest first. */
  readonly circles: ReadonlyArray<ReadonlyArray<string>>
}

type Graph = ReadonlyMap<string, ReadonlySet<string>>

/**
 * Measures a folder by its relative imports: those of types, `export … from` and `import()` count like all others. A
 * room is a subfolder, by its first level only if `depth` is "top", and any file that lies beside the subfolders.
 */
export const measure = (folder: string, depth: "top" | "every"): Structure => {
  const files = importsWithin(folder)
  const roomOf = (file: string): string => {
    const folders = file.split("/").slice(0, -1)
    return (depth === "top" ? folders.slice(0, 1) : folders).join("/") || file
  }
  const counted = new Map<string, Map<string, number>>()
  for (const file of files.keys()) counted.set(roomOf(file), new Map())
  for (const [file, imported] of files) {
    const from = roomOf(file)
    for (const to of [...imported].map(roomOf)) {
      if (to !== from) counted.get(from)?.set(to, (counted.get(from)?.get(to) ?? 0) + 1)
    }
  }
  const graph = new Map([...counted].map(([room, to]) => [room, new Set(to.keys())]))
  const count = (from: string, to: string): number => counted.get(from)?.get(to) ?? 0

  // A group comes after all groups that it imports, so only within a group of several can an arrow go up.
  const rooms = groupsOf(graph).flatMap((group) => leastUpward(group, count))
  const height = new Map(rooms.map((room, index) => [room, index]))
  const goesUp = ({ from, to }: Arrow): boolean => (height.get(from) ?? 0) < (height.get(to) ?? 0)
  const arrows = [...counted].flatMap(([from, to]) => [...to].map(([to, imports]) => ({ from, to, imports })))
  const floorOf = new Map<string, number>()
  for (const room of rooms) {
    const below = arrows.filter((arrow) => arrow.from === room && !goesUp(arrow))
    floorOf.set(room, 1 + Math.max(0, ...below.map(({ to }) => floorOf.get(to) ?? 0)))
  }
  return {
    files: files.size,
    rooms,
    floors: Math.max(0, ...floorOf.values()),
    arrows,
    arrowsUp: arrows.filter(goesUp),
    circles: groupsOf(files)
      .filter(({ length }) => length > 1)
      .sort((a, b) => b.length - a.length)
  }
}

const importsWithin = (folder: string): Graph => {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => /(?<!\.d)\.tsx?$/.test(file))
    .sort()
  return new Map(
    files.map((file) => {
      const code = readFileSync(join(folder, file), "utf8")
        .replace(/\/\*[\s\S]*?\*\//g, "")
        .replace(/^\s*\/\/.*$/gm, "")
      const imported = [...code.matchAll(/\b(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g)].map(([, path = ""]) =>
        relative(folder, resolve(folder, dirname(file), path)).replaceAll("\\", "/")
      )
      return [file, new Set(imported.filter((path) => path !== file && files.includes(path)))]
    })
  )
}

/** Tarjan's strongly connected components: what is in a circle is in one group, which comes after those that it needs. */
const groupsOf = (graph: Graph): ReadonlyArray<ReadonlyArray<string>> => {
  const order = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: Array<string> = []
  const groups: Array<ReadonlyArray<string>> = []
  const visit = (node: string): void => {
    low.set(node, order.size)
    order.set(node, order.size)
    stack.push(node)
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) visit(next)
      if (stack.includes(next)) low.set(node, Math.min(low.get(node) ?? 0, low.get(next) ?? 0))
    }
    if (low.get(node) === order.get(node)) groups.push(stack.splice(stack.indexOf(node)).sort())
  }
  for (const node of graph.keys()) if (!order.has(node)) visit(node)
  return groups
}

/**
 * The order of rooms in which the fewest imports go up, found over all sets of rooms (a bit each): the best order of a
 * set ends with one of its rooms, and begins with the best order of the others.
 */
const leastUpward = (rooms: ReadonlyArray<string>, count: (from: string, to: string) => number) => {
  const sets = 2 ** rooms.length
  const best = new Float64Array(sets).fill(Number.POSITIVE_INFINITY)
  const last = new Uint8Array(sets)
  best[0] = 0
  for (let set = 0; set < sets; set++) {
    for (const [index, room] of rooms.entries()) {
      if ((set & (1 << index)) !== 0) continue
      const above = rooms.filter((_, other) => (set & (1 << other)) === 0)
      const upward = (best[set] ?? 0) + above.reduce((sum, other) => sum + count(room, other), 0)
      const extended = set | (1 << index)
      if (upward >= (best[extended] ?? 0)) continue
      best[extended] = upward
      last[extended] = index
    }
  }
  const order: Array<string> = []
  for (let set = sets - 1; set > 0; set &= ~(1 << (last[set] ?? 0))) order.unshift(rooms[last[set] ?? 0] ?? "")
  return order
}

if (import.meta.main) {
  const root = join(import.meta.dirname, "../..")
  const measured = [
    ["packages/domain/src", "top"],
    ["packages/adapters/src", "every"],
    ["packages/contract-tests/src", "top"],
    ["apps/edge-api/src", "every"]
  ] as const
  const structures = measured.map(([folder, depth]) => [folder, measure(join(root, folder), depth)] as const)
  console.table(
    Object.fromEntries(
      structures.map(([folder, { files, rooms, floors, arrows, arrowsUp, circles }]) => [
        folder,
        {
          files,
          rooms: rooms.length,
          floors,
          arrows: arrows.length,
          "arrows up": arrowsUp.length,
          circles: circles.length,
          "largest circle": circles[0]?.length ?? 0
        }
      ])
    )
  )
  for (const [folder, { rooms, arrowsUp, circles }] of structures) {
    console.log(`\n${folder}, from the bottom to the top: ${rooms.join(", ")}`)
    for (const { from, to, imports } of arrowsUp) console.log(`  up: ${from} -> ${to} (${imports} imports)`)
    for (const circle of circles) console.log(`  circle: ${circle.join(", ")}`)
  }
}
