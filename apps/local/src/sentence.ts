/** Something that whoever runs the command can mend: its message is all that is printed. */
export class Sentence extends Error {
  override readonly name = "Sentence"
}

/** Runs a command to its end; a failure that is a sentence is printed as one, and the command ends with 1. */
export const runCommand = async (command: () => Promise<void>): Promise<void> => {
  try {
    await command()
  } catch (error) {
    console.error(error instanceof Sentence ? error.message : error)
    process.exitCode = 1
  }
}
