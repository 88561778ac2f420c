/** The style of the pages. It is theirs alone, asks for nothing from elsewhere, and follows the browser's light or dark. */
export const style = `:root {
  color-scheme: light dark;
  --page: #f1f4f4;
  --card: #ffffff;
  --tint: #e6f0ee;
  --ink: #1b2528;
  --quiet: #4c5a5f;
  --line: #7d8b90;
  --hairline: #d5dddd;
  --mark: #0c6157;
  --mark-hover: #084a42;
  --on-mark: #ffffff;
  --mistake: #a3231c;
  --mistake-tint: #fbeceb;
}

@media (prefers-color-scheme: dark) {
  :root {
    --page: #12181b;
    --card: #1d262a;
    --tint: #26343a;
    --ink: #eef2f3;
    --quiet: #aab6bb;
    --line: #7d8b90;
    --hairline: #36444a;
    --mark: #7fd1c3;
    --mark-hover: #a5e3d8;
    --on-mark: #0d2521;
    --mistake: #ffb3ac;
    --mistake-tint: #3b2524;
  }
}

*,
*::before,
*::after {
  box-sizing: border-box;
}

html {
  -webkit-text-size-adjust: none;
  text-size-adjust: none;
}

body {
  margin: 0;
  min-height: 100vh;
  padding: clamp(1rem, 4vw, 3rem) clamp(0.75rem, 4vw, 2rem) 3rem;
  background: var(--page);
  color: var(--ink);
  font:
    1rem / 1.55 system-ui,
    -apple-system,
    "Segoe UI",
    Roboto,
    "Helvetica Neue",
    Arial,
    sans-serif;
  overflow-wrap: anywhere;
}

header,
main {
  max-width: 36rem;
  margin-inline: auto;
}

header {
  padding: 0 clamp(1rem, 5vw, 2rem) 0.75rem;
  color: var(--mark);
  font-size: 1.125rem;
  font-weight: 700;
}

main {
  padding: clamp(1.25rem, 5vw, 2rem);
  border: 1px solid var(--hairline);
  border-radius: 0.75rem;
  background: var(--card);
}

h1,
h2,
p,
figure,
blockquote,
dl,
dd,
ul {
  margin: 0;
}

h1 {
  font-size: clamp(1.5rem, 5vw, 1.875rem);
  line-height: 1.25;
  text-wrap: balance;
}

h2 {
  font-size: 1.25rem;
  line-height: 1.35;
}

main > * + *,
section > * + *,
form > * + *,
details > * + * {
  margin-top: 1rem;
}

form > [type="hidden"] + * {
  margin-top: 0;
}

.lead {
  font-size: 1.125rem;
}

figure {
  padding: 0.875rem 1rem;
  border-inline-start: 0.25rem solid var(--mark);
  border-radius: 0 0.375rem 0.375rem 0;
  background: var(--tint);
}

figcaption,
.hint,
dt {
  color: var(--quiet);
  font-size: 0.9375rem;
}

blockquote {
  margin-top: 0.25rem;
  white-space: pre-wrap;
}

dl {
  display: grid;
  gap: 0.75rem 1.5rem;
  grid-template-columns: repeat(auto-fit, minmax(min(14rem, 100%), 1fr));
}

section,
details {
  padding-top: 1.5rem;
  border-top: 1px solid var(--hairline);
}

main > section,
main > details {
  margin-top: 1.5rem;
}

.notice {
  padding: 0.75rem 1rem;
  border-radius: 0.375rem;
  background: var(--tint);
}

a {
  color: var(--mark);
  text-underline-offset: 0.2em;
}

a:hover {
  color: var(--mark-hover);
}

p > a:only-child {
  display: inline-block;
  min-height: 2.75rem;
  padding-block: 0.625rem;
}

label {
  display: block;
  font-weight: 600;
}

input {
  display: block;
  width: 100%;
  min-height: 2.75rem;
  margin-top: 0.375rem;
  padding: 0.5rem 0.75rem;
  border: 1px solid var(--line);
  border-radius: 0.375rem;
  background: var(--card);
  color: inherit;
  font: inherit;
}

input[aria-invalid="true"] {
  border-color: var(--mistake);
  border-width: 2px;
}

.mistake {
  color: var(--mistake);
  font-weight: 600;
}

.mistakes {
  padding: 1rem;
  border: 2px solid var(--mistake);
  border-radius: 0.5rem;
  background: var(--mistake-tint);
}

.mistakes + h1 {
  margin-top: 1.5rem;
}

.mistakes ul {
  margin-top: 0.25rem;
  padding: 0;
  list-style: none;
}

.mistakes a {
  display: block;
  min-height: 2.75rem;
  padding-block: 0.625rem;
  color: var(--mistake);
}

button {
  min-height: 2.75rem;
  padding: 0.625rem 1.25rem;
  border: 1px solid var(--mark);
  border-radius: 0.375rem;
  background: var(--mark);
  color: var(--on-mark);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
  overflow-wrap: anywhere;
}

button:hover {
  border-color: var(--mark-hover);
  background: var(--mark-hover);
}

button.quiet {
  background: transparent;
  color: var(--mark);
}

button.quiet:hover {
  background: var(--tint);
  color: var(--mark-hover);
}

summary {
  min-height: 2.75rem;
  padding-block: 0.625rem;
  color: var(--mark);
  cursor: pointer;
}

:focus-visible {
  outline: 3px solid var(--mark);
  outline-offset: 2px;
  border-radius: 0.25rem;
}

.mistakes:focus-visible {
  outline-color: var(--mistake);
}

@media (max-width: 30rem) {
  button {
    width: 100%;
  }
}

@media (prefers-reduced-motion: no-preference) {
  button {
    transition: background-color 120ms;
  }
}

@media (forced-colors: active) {
  .mistakes,
  .notice,
  figure {
    border: 2px solid;
  }
}
`
