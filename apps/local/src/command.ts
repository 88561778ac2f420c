/** An error that whoever runs a command can put right: the command prints its message and nothing else. */
export class CommandError extends Error {
  override readonly name = "CommandError"
}

/** Runs a command to its end. Where it fails, the error is printed and the process exits with 1. */
export const runCommand = async (command: () => Promise<void>): Promise<void> => {
  try {
    await command()
  } catch (error) {
    console.error(error instanceof CommandError ? error.message : error)
    process.exitCode = 1
  }
}
