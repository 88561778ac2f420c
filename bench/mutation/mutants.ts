import { type ESTree, parseSync } from "vite"
import { sqlMutations } from "./sql-words.ts"

/** A small mistake that could be made in a file: the text between two offsets, and what would stand there instead. */
export interface Mutant {
  readonly file: string
  readonly line: number
  /** The text of the whole line, by which it is known again when it has moved. */
  readonly lineText: string
  /** The names of the declaration and of the function around it. */
  readonly enclosing: string
  readonly operator: string
  readonly start: number
  readonly end: number
  /** How the original and its replacement are put side by side: see `instrument`. */
  readonly place: "expression" | "first of statement" | "statement" | "function"
  readonly replacement: string
  /** What a reader is shown of the change. */
  readonly before: string
  readonly after: string
}

const opposite: Readonly<Record<string, string>> = {
  "===": "!==",
  "!==": "===",
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "+": "-",
  "-": "+",
  "&&": "||",
  "||": "&&"
}

/** drizzle's functions that build SQL, each with one that could be confused with it. */
const drizzleOpposite: Readonly<Record<string, string>> = {
  and: "or",
  or: "and",
  asc: "desc",
  desc: "asc",
  eq: "ne",
  ne: "eq",
  gt: "gte",
  gte: "gt",
  lt: "lte",
  lte: "lt",
  isNull: "isNotNull",
  isNotNull: "isNull"
}

/** All mutants of a file. Its types, its imports and the names of properties have none. */
export const mutantsOf = (file: string, code: string): ReadonlyArray<Mutant> => {
  const { program, errors } = parseSync(file, code)
  if (errors[0] !== undefined) throw new Error(`${file}: ${errors[0].message}`)
  const lines = code.split("\n")
  const mutants: Array<Mutant> = []
  const statements = new Set<number>()
  const textOf = ({ start, end }: ESTree.Span): string => code.slice(start, end)

  const add = (
    names: ReadonlyArray<string>,
    operator: string,
    replaced: ESTree.Span,
    replacement: string,
    options: { readonly at?: number; readonly place?: Mutant["place"]; readonly shown?: readonly [string, string] } = {}
  ): void => {
    const { at = replaced.start, shown = [textOf(replaced), replacement] } = options
    const place = options.place ?? (statements.has(replaced.start) ? "first of statement" : "expression")
    const line = code.slice(0, at).split("\n").length
    const { start, end } = replaced
    const enclosing = [...new Set([names[0], names.at(-1)])].join(".")
    const [before, after] = shown.map(inOneLine) as [string, string]
    const lineText = (lines[line - 1] ?? "").trim()
    mutants.push({ file, line, lineText, enclosing, operator, start, end, place, replacement, before, after })
  }

  const visit = (node: ESTree.Node, parent: ESTree.Node, outer: ReadonlyArray<string>): void => {
    if (isSkipped(node, parent)) return
    const name = nameOf(node)
    const names = name !== undefined && (outer.length === 0 || hasFunction(node)) ? [...outer, name] : outer

    switch (node.type) {
      case "IfStatement":
      case "WhileStatement":
      case "ConditionalExpression":
        add(names, "condition negated", node.test, `!(${textOf(node.test)})`)
        break
      case "BinaryExpression":
      case "LogicalExpression": {
        const { left, right, operator } = node
        const swapped = opposite[operator]
        if (operator === "??") add(names, "?? removed", node, textOf(left))
        else if (swapped !== undefined && !(operator === "+" && [left, right].some(isText))) {
          const between = code.slice(left.end, right.start).replace(operator, swapped)
          add(names, `${operator} to ${swapped}`, node, textOf(left) + between + textOf(right))
        }
        break
      }
      case "Literal":
        if (typeof node.value === "boolean") add(names, "boolean flipped", node, String(!node.value))
        if (typeof node.value === "string" && node.value !== "" && !isSpanName(parent))
          add(names, "string emptied", node, `""`)
        if (typeof node.value === "number") {
          add(names, "number + 1", node, String(node.value + 1))
          add(names, "number - 1", node, `(${node.value - 1})`)
        }
        break
      case "TemplateLiteral":
        if (parent.type !== "TaggedTemplateExpression" && node.quasis.some(({ value }) => value.raw !== ""))
          add(names, "string emptied", node, `""`)
        break
      case "ArrayExpression":
        for (const element of node.elements) {
          if (element === null) continue
          const others = node.elements.filter((other) => other !== element)
          const replacement = `[${others.map((other) => (other === null ? "" : textOf(other))).join(", ")}]`
          const shown = [textOf(element), "(removed)"] as const
          add(names, "element removed", node, replacement, { at: element.start, shown })
        }
        break
      case "SpreadElement": {
        const shown = [textOf(node), "(removed)"] as const
        const nothing = parent.type === "ObjectExpression" ? "{}" : "[]"
        // An array's are removed with its other elements.
        if (parent.type !== "ArrayExpression") add(names, "spread removed", node.argument, nothing, { shown })
        break
      }
      case "ExpressionStatement":
        if (/^(BlockStatement|Program|SwitchCase)$/.test(parent.type)) statements.add(node.start)
        if (["CallExpression", "YieldExpression", "AwaitExpression"].includes(node.expression.type)) {
          const shown = [textOf(node), "(removed)"] as const
          add(names, "call removed", node, "", { place: "statement", shown })
        }
        break
      case "ArrowFunctionExpression":
      case "FunctionExpression":
      case "FunctionDeclaration": {
        const { body } = node
        const first = body?.type === "BlockStatement" ? body.body[0] : undefined
        if (body === null || first === undefined) break
        const begin = { start: body.start + 1, end: body.start + 1 }
        add(names, "returned at once", begin, "return", { place: "function", shown: [textOf(first), "return"] })
        break
      }
      case "TaggedTemplateExpression":
        if (textOf(node.tag) === "sql") addSql(names, node, node.quasi)
        break
      case "CallExpression": {
        const [argument] = node.arguments
        if (textOf(node.callee) === "sql.raw" && argument !== undefined && isText(argument))
          addSql(names, node, argument)
        const other = drizzleOpposite[textOf(node.callee)]
        if (other !== undefined && /from "drizzle-orm"/.test(code)) {
          const call = code.slice(node.callee.end, node.end)
          const shown = [textOf(node), `${other}${call}`] as const
          add(names, "SQL word", node, `${drizzle}.${other}${call}`, { shown })
        }
        break
      }
      default:
    }
    for (const child of childrenOf(node)) visit(child, node, names)
  }

  const addSql = (names: ReadonlyArray<string>, complete: ESTree.Node, text: ESTree.Node): void => {
    // What JavaScript puts in between is blank here, and has mutants of its own.
    const holes = text.type === "TemplateLiteral" ? text.expressions : []
    const sql = holes.reduce(
      (blanked, { start, end }) =>
        blanked.slice(0, start - text.start) + " ".repeat(end - start) + blanked.slice(end - text.start),
      textOf(text)
    )
    for (const { index, word, replacement } of sqlMutations(sql)) {
      const at = text.start + index
      const end = at + word.length
      const mutated = code.slice(complete.start, at) + replacement + code.slice(end, complete.end)
      const around = [code.slice(0, at).split("\n").at(-1)?.slice(-30), code.slice(end).split("\n")[0]?.slice(0, 30)]
      const shown = [around.join(word), around.join(replacement)] as const
      add(names, "SQL word", complete, mutated, { at, shown })
    }
  }

  for (const statement of program.body) visit(statement, program, [])
  return mutants
}

/** By which name an instrumented file knows all of drizzle, for what it does not import. */
export const drizzle = "__drizzle"

const isText = ({ type, ...node }: ESTree.Node): boolean =>
  type === "TemplateLiteral" || (type === "Literal" && "value" in node && typeof node.value === "string")

const isSkipped = (node: ESTree.Node, parent: ESTree.Node): boolean => {
  if (/^(Import|ExportAll)/.test(node.type)) return true
  if (node.type === "Literal" && parent.type === "ExportNamedDeclaration") return true
  if ("key" in parent && parent.key === node && !("computed" in parent && parent.computed)) return true
  // These only wrap an expression; all other nodes of TypeScript's are types.
  return node.type.startsWith("TS") && !/^TS(As|Satisfies|NonNull|Instantiation)Expression$/.test(node.type)
}

const nameOf = (node: ESTree.Node): string | undefined => {
  if (node.type === "VariableDeclarator") return node.id.type === "Identifier" ? node.id.name : undefined
  if (node.type === "FunctionDeclaration" || node.type === "ClassDeclaration") return node.id?.name
  if (node.type !== "Property" && node.type !== "MethodDefinition" && node.type !== "PropertyDefinition")
    return undefined
  return node.key.type === "Identifier" ? node.key.name : undefined
}

/** Whether a declaration or property is a function, by itself or as the argument of a call. */
const hasFunction = (node: ESTree.Node): boolean => {
  const value = "init" in node ? node.init : "value" in node ? node.value : node
  const values = isNode(value) && value.type === "CallExpression" ? value.arguments : [value]
  return values.some((one) => isNode(one) && /Function/.test(one.type))
}

/** The names of spans are for those who read traces; no behaviour depends on them. */
const isSpanName = (parent: ESTree.Node): boolean =>
  parent.type === "CallExpression" &&
  parent.callee.type === "MemberExpression" &&
  parent.callee.property.type === "Identifier" &&
  /^(fn|withSpan)$/.test(parent.callee.property.name)

const isNode = (value: unknown): value is ESTree.Node =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string"

const childrenOf = (node: ESTree.Node): ReadonlyArray<ESTree.Node> =>
  Object.entries(node)
    .filter(([key]) => key !== "parent")
    .flatMap(([, value]): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [value]))
    .filter(isNode)

const inOneLine = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim()
  return line.length > 90 ? `${line.slice(0, 89)}…` : line
}
