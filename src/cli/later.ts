/** Commands that are loaded when they are called: each needs a part of the house, and none all of it. */

/** @param load imports the file of the command */
export const later =
  <A extends readonly unknown[]>(load: () => Promise<(...given: A) => void | Promise<void>>) =>
  async (...given: A): Promise<void> => {
    const command = await load()
    await command(...given)
  }
