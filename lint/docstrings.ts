import { globSync, readFileSync } from "node:fs"

// What Biome's plugins can't see, since they are given no comments: a docstring names the page of docs/ that a rule comes
// from, never a "Source:" outside of this repository.

const files = globSync("{apps,bench,docs,packages,test}/**/*.{ts,tsx}", {
  cwd: `${import.meta.dirname}/..`,
  exclude: (name) => /(^|\/)(node_modules|dist)$/.test(String(name))
})
const mistakes = files.flatMap((file) =>
  readFileSync(`${import.meta.dirname}/../${file}`, "utf8")
    .split("\n")
    .flatMap((line, index) => (/^\s*(\/\*\*|\*|\/\/).*\bSource: /.test(line) ? [`${file}:${index + 1}`] : []))
)
for (const mistake of mistakes) console.error(`${mistake}: name the page of docs/ instead of a source.`)
if (mistakes.length > 0) process.exit(1)
