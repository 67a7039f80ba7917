// JSON Web Tokens as the portal's services make and check them (HS256).
import { createHmac } from 'node:crypto';

const part = value => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token for `role`, good for `seconds` from now (less than 0: it has run out). */
export function sign_token(secret, { role, sub, email, seconds = 3600, ...more }) {
  const now = Math.floor(Date.now() / 1000);
  const head = part({ alg: 'HS256', typ: 'JWT' });
  const claims = { iss: 'supabase', role, sub, email, aud: sub && 'authenticated', iat: now - 10, exp: now + seconds, ...more };
  const body = part(claims);
  return `${head}.${body}.${createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url')}`;
}
