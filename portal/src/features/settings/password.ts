/** Passwords that somebody is given. */

export const SHORTEST = 10;

/** Without what is easily taken for something else. */
const SIGNS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const LENGTH = 20;

/** A random password. Each sign is as likely as any: what would favour some is thrown again. */
export function generated(): string {
  const most = 256 - (256 % SIGNS.length);
  let password = "";
  while (password.length < LENGTH) {
    for (const byte of crypto.getRandomValues(new Uint8Array(LENGTH)))
      if (byte < most && password.length < LENGTH) password += SIGNS[byte % SIGNS.length];
  }
  return password;
}
