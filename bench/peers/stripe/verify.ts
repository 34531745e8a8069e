// Signatures of one webhook checked in a row by stripe's own package: checks a second. verify.ts BODY_FILE SECRET SECONDS
import { readFileSync } from 'node:fs';
import Stripe from 'stripe';

const [file = '', secret = '', seconds = '2'] = process.argv.slice(2);
const stripe = new Stripe('sk_test_1');
const payload = readFileSync(file, 'utf8');
const header = stripe.webhooks.generateTestHeaderString({ payload, secret });
const run = (until: number): number => {
  let count = 0;
  while (performance.now() < until) {
    for (let i = 0; i < 100; i++) if (!stripe.webhooks.signature.verifyHeader(payload, header, secret, 300)) throw new Error('refused');
    count += 100;
  }
  return count;
};
run(performance.now() + 500);
const start = performance.now();
const count = run(start + Number(seconds) * 1000);
console.log(Math.round((count * 1000) / (performance.now() - start)));
