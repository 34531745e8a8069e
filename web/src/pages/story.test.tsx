/* The pages over the fake restaurant: what people do, as they would say it. */
import { createMemoryHistory } from '@tanstack/react-router';
import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { webcrypto } from 'node:crypto';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { App } from '@/app';
import { makeServices } from '@/data/services';
import { network } from '@/lib/network';
import { loadSay, loadTexts } from '@/texts/load';
import { CONFIG, fakeFetch } from '../../fake/http';
import { FakeRestaurant, STAFF, STAFF_TOKEN } from '../../fake/restaurant';

const say = await loadSay('en', ['en-GB']);
// What the pages fetch when they are needed is there: a test waits for a page, not for the bundler.
await Promise.all([import('./table/Seated'), import('./kitchen/KitchenPage'), import('./floor/FloorPage'), import('@/parts/menu/ItemSheet'), loadTexts('seated'), loadTexts('staff')]);
let house: FakeRestaurant;
beforeEach(async () => {
  vi.unstubAllGlobals();
  // A sheet of the test before may still be on its way out of the history.
  await new Promise((resolve) => setTimeout(resolve, 50));
  window.history.replaceState(null, '', '/');
  house = new FakeRestaurant();
  network.reached();
});

const user = userEvent.setup({ delay: null });

function open(path: string, fetch = fakeFetch(house)) {
  const services = makeServices(CONFIG, 'http://pizza.localhost', fetch);
  const shown = render(<App services={services} say={say} history={createMemoryHistory({ initialEntries: [path] })} />);
  return { ...shown, services };
}

const button = (name: string | RegExp) => screen.findByRole('button', { name });
/* Longer than the kitchen takes for a double tap. */
const pause = () => act(() => new Promise<void>((resolve) => setTimeout(resolve, 450)));
const press = async (name: string | RegExp) => user.click(await button(name));

async function start(name: string): Promise<void> {
  await user.type(await screen.findByLabelText('Your name'), name);
  await press('Start');
  await button('Add Diavola');
}

async function signIn(): Promise<void> {
  await user.type(await screen.findByLabelText('E-mail'), STAFF.email);
  await user.type(screen.getByLabelText('Password'), STAFF.password);
  await press('Sign in');
}

/* A guest on another phone. */
const elsewhere = (name: string, args: Record<string, unknown>, token: string) => house.call(name, args, token);
const sessionAt4 = () => {
  const session = house.sessionAt('table-4');
  if (!session) throw new Error('nobody sits at table 4');
  return session;
};

describe('a guest', () => {
  test('starts, picks, sends, and sees the steps of the kitchen', async () => {
    open('/t/vesuvio4');
    await start('Ada');
    await press('Add Diavola');
    await press('Add Spritz');
    await press(/^Order/);
    expect(await screen.findByText('Diavola')).toBeTruthy();
    await press(/Send to the kitchen · €19.40/);
    const order = await screen.findByRole('article', { name: 'Order 101' });
    expect(within(order).getByText('Sent').getAttribute('aria-current')).toBe('step');
    expect(house.tickets.map((ticket) => ticket.station).sort()).toEqual(['bar', 'pizza']);

    for (const ticket of house.tickets) house.call('start_kitchen_order', { p_kitchen_order_id: ticket.id }, STAFF_TOKEN);
    await waitFor(() => expect(within(screen.getByRole('article')).getByText('Cooking', { selector: 'li' }).getAttribute('aria-current')).toBe('step'));
    expect(await screen.findByText('Order 101 is being made.')).toBeTruthy();
  });

  test('has to choose what a dish asks for, and sees its price', async () => {
    open('/t/vesuvio4');
    await start('Ada');
    await press('Choose options for Margherita');
    await user.click(await screen.findByLabelText(/40 cm/));
    await user.click(screen.getByLabelText(/Olives/));
    await press('Add for €14.20');
    await waitFor(() => expect(sessionAt4().drafts).toMatchObject([{ name: 'Margherita', total_amount: 1420 }]));
  });

  test('joins with the digits and not without; the wrong ones are said to be wrong', async () => {
    elsewhere('open_table_session', { p_table: 'vesuvio4', p_name: 'Ada' }, 'anon-key');
    open('/t/vesuvio4');
    await user.type(await screen.findByLabelText('Six digits'), '12a3');
    await press('Join');
    expect(await screen.findByText('Enter all six digits.')).toBeTruthy();
    await user.clear(screen.getByLabelText('Six digits'));
    await user.type(screen.getByLabelText('Six digits'), sessionAt4().otp === '000000' ? '000001' : '000000');
    await press('Join');
    expect(await screen.findByText(/not the right digits. 4 tries left/)).toBeTruthy();
    expect(screen.getByLabelText('Six digits').getAttribute('aria-invalid')).toBe('true');
    await user.clear(screen.getByLabelText('Six digits'));
    await user.type(screen.getByLabelText('Six digits'), sessionAt4().otp);
    await press('Join');
    expect(await button('Add Diavola')).toBeTruthy();
  });

  test("sees the others' lines, and sends them only after asking", async () => {
    open('/t/vesuvio4');
    await start('Ada');
    const bob = elsewhere('join_table_session', { p_table: 'vesuvio4', p_otp: sessionAt4().otp, p_name: 'Bob' }, 'anon-key') as { access_token: string };
    elsewhere('add_order_line', { p_menu_item_id: 'carbonara' }, bob.access_token);
    await press('Add Spritz');
    await press(/^Order/);
    expect(await screen.findByText('1 × Carbonara')).toBeTruthy();
    // Bob's line is Bob's: no buttons to change it.
    expect(screen.queryByRole('button', { name: 'One more Carbonara' })).toBeNull();
    expect(screen.getByRole('button', { name: 'One more Spritz' })).toBeTruthy();
    await press(/Send to the kitchen/);
    expect(sessionAt4().orders).toEqual([]);
    await press('Send it');
    await waitFor(() => expect(sessionAt4().orders).toHaveLength(1));
  });

  test('finds a dish that has sold out marked, and cannot add it', async () => {
    house.call('set_item_available', { p_menu_item_id: 'diavola', p_available: false }, STAFF_TOKEN);
    open('/t/vesuvio4');
    await user.type(await screen.findByLabelText('Your name'), 'Ada');
    await press('Start');
    await button('Add Funghi');
    expect(screen.queryByRole('button', { name: 'Add Diavola' })).toBeNull();
  });

  test('is told on the list what has sold out since, and which dish stopped the order', async () => {
    open('/t/vesuvio4');
    await start('Ada');
    await press('Add Diavola');
    await waitFor(() => expect(sessionAt4().drafts).toHaveLength(1));
    house.call('set_item_available', { p_menu_item_id: 'diavola', p_available: false }, STAFF_TOKEN);
    await press(/^Order/);
    await press(/Send to the kitchen/);
    expect(await screen.findByText('Sold out by now: Diavola.')).toBeTruthy();
    expect(await screen.findByText('Sold out')).toBeTruthy();
    expect(sessionAt4().orders).toEqual([]);
  });

  test('loses nothing while the network is away, and orders once when it is back', async () => {
    open('/t/vesuvio4');
    await start('Ada');
    house.isAway = true;
    await press('Add Diavola');
    await press(/^Order/);
    expect(await screen.findByText(/Waiting to be sent/)).toBeTruthy();
    expect(await screen.findByText(/No connection. 1 change is kept here/)).toBeTruthy();
    await press(/Send to the kitchen/);
    expect(await screen.findByText('Sending to the kitchen…')).toBeTruthy();
    expect(sessionAt4().orders).toEqual([]);
    house.isAway = false;
    await waitFor(() => expect(sessionAt4().orders).toHaveLength(1), { timeout: 6_000 });
    expect(sessionAt4().orders[0]?.lines.map((line) => line.name)).toEqual(['Diavola']);
    await waitFor(() => expect(screen.queryByTestId('away')).toBeNull());
    expect(await screen.findByText('Order 101')).toBeTruthy();
  });

  test('sees that the visit is over when the table is cleared, and may start anew', async () => {
    open('/t/vesuvio4');
    await start('Ada');
    house.call('clear_session', { p_session_id: sessionAt4().id }, STAFF_TOKEN);
    expect(await screen.findByText('Thank you!')).toBeTruthy();
    expect(window.localStorage.getItem('maitred.pass.vesuvio4')).toBeNull();
    await press('Start a new order');
    expect(await button('Start')).toBeTruthy();
  });

  test('stays seated after a reload', async () => {
    const first = open('/t/vesuvio4');
    await start('Ada');
    first.unmount();
    open('/t/vesuvio4');
    expect(await button('Add Diavola')).toBeTruthy();
    expect(sessionAt4().guests).toHaveLength(1);
  });

  test('asks for the bill; what was not sent is not forgotten', async () => {
    open('/t/vesuvio4');
    await start('Ada');
    await press('Add Diavola');
    await press(/^Order/);
    await press(/Send to the kitchen/);
    await screen.findByText('Order 101');
    elsewhere('add_order_line', { p_menu_item_id: 'water' }, sessionAt4().guests[0]?.token ?? '');
    await press('Bill');
    await press('Ask for the bill');
    expect(await screen.findByText('1 line has not been sent to the kitchen.')).toBeTruthy();
    await press('Leave it off and ask for the bill');
    await press(/Everybody pays their own/);
    await waitFor(() => expect(sessionAt4().shares.map((share) => share.amount)).toEqual([1150]));
    await press('Pay in cash');
    await waitFor(() => expect(sessionAt4().call).toBe('pay_cash'));
  });

  test('who scans nonsense is told', async () => {
    open('/t/nowhere');
    expect(await screen.findByText('There is no such table.')).toBeTruthy();
  });
});

async function orderAtTable4(...dishes: string[]): Promise<string> {
  const entry = house.call('open_table_session', { p_table: 'vesuvio4', p_name: 'Ada' }, 'anon-key') as { access_token: string };
  for (const dish of dishes) house.call('add_order_line', { p_menu_item_id: dish }, entry.access_token);
  house.call('place_order', {}, entry.access_token);
  return entry.access_token;
}

describe('the kitchen', () => {
  test('is for the staff: first the login, then back', async () => {
    open('/kitchen');
    await screen.findByLabelText('E-mail');
    await user.type(screen.getByLabelText('E-mail'), STAFF.email);
    await user.type(screen.getByLabelText('Password'), 'wrong');
    await press('Sign in');
    expect((await screen.findByRole('alert')).textContent).toBe('E-mail or password is wrong.');
    await user.clear(screen.getByLabelText('Password'));
    await user.type(screen.getByLabelText('Password'), STAFF.password);
    await press('Sign in');
    expect(await screen.findByText('No new tickets')).toBeTruthy();
  });

  test('a login that was ended elsewhere leads back to the login, not to a board that stands still', async () => {
    const { services } = open('/kitchen');
    await signIn();
    await screen.findByText('No new tickets');
    await waitFor(() => expect(services.queryClient.getQueryData(['rights'])).toBeTruthy());
    house.isStaffShutOut = true;
    expect(await screen.findByLabelText('E-mail')).toBeTruthy();
    expect(services.queryClient.getQueryCache().findAll({ queryKey: ['rights'] })).toEqual([]);
  });

  test('starts, finishes, serves, and takes a step back', async () => {
    await orderAtTable4('diavola');
    open('/kitchen');
    await signIn();
    await press('Start order 101');
    await pause();
    await press('Order 101 is ready');
    await waitFor(() => expect(house.tickets[0]?.status).toBe('ready'));
    await press('Order 101: one step back');
    await waitFor(() => expect(house.tickets[0]?.status).toBe('cooking'));
    await pause();
    await press('Order 101 is ready');
    await pause();
    await press('Order 101 is served');
    await waitFor(() => expect(house.tickets[0]?.status).toBe('completed'));
    await press('Done');
    expect(await screen.findByText('Served')).toBeTruthy();
  });

  test('a double tap moves one ticket, not the one that slides under the finger', async () => {
    await orderAtTable4('diavola', 'water');
    open('/kitchen');
    await signIn();
    const [first, second] = await screen.findAllByRole('button', { name: 'Start order 101' });
    act(() => {
      if (first) fireEvent.click(first);
      if (second) fireEvent.click(second);
    });
    await waitFor(() => expect(house.tickets.filter((ticket) => ticket.status === 'cooking')).toHaveLength(1));
    expect(house.tickets.filter((ticket) => ticket.status === 'pending')).toHaveLength(1);
  });

  test('marks a dish sold out and back', async () => {
    open('/kitchen');
    await signIn();
    await press(/^Sold out/);
    const toggle = await screen.findByRole('switch', { name: 'Diavola is sold out' });
    await user.click(toggle);
    await waitFor(() => expect(house.menu.categories.flatMap((category) => category.items).find((item) => item.id === 'diavola')?.is_available).toBe(false));
  });

  test('cancels only with a reason', async () => {
    await orderAtTable4('diavola');
    open('/kitchen');
    await signIn();
    await press('More for order 101');
    await user.click(await screen.findByRole('menuitem', { name: 'Cancel the ticket' }));
    await press('Cancel the ticket');
    expect(await screen.findByText('Say why, in a word or two.')).toBeTruthy();
    await user.type(screen.getByLabelText('Reason'), 'dropped it');
    await press('Cancel the ticket');
    await waitFor(() => expect(house.tickets[0]).toMatchObject({ status: 'cancelled', cancellation_reason: 'dropped it' }));
  });

  test('remembers the station over a reload', async () => {
    await orderAtTable4('diavola', 'water');
    const first = open('/kitchen');
    await signIn();
    await press(/^Bar/);
    expect(screen.queryByText('Diavola')).toBeNull();
    first.unmount();
    open('/kitchen');
    expect(await screen.findByText('Sparkling water')).toBeTruthy();
    expect(screen.queryByText('Diavola')).toBeNull();
  });
});

describe('the floor', () => {
  test('seats, bills, splits, takes the cash and clears', async () => {
    await orderAtTable4('diavola', 'carbonara');
    const session = sessionAt4();
    open('/login?next=%2Ffloor');
    await signIn();
    await press(/^4/);
    await user.click(await screen.findByRole('tab', { name: 'Bill' }));
    await press('Bill the table');
    await user.click(await screen.findByLabelText('Equal'));
    await press('Split it');
    await press('Take money for Share 1');
    await user.type(await screen.findByLabelText('Received'), '20');
    expect(screen.getByText('€7.80')).toBeTruthy(); // the change
    await press('Take €12.20');
    await waitFor(() => expect(session.shares.map((share) => share.status)).toEqual(['paid', 'open']));
    await press('Clear the table');
    expect(await screen.findByText('€12.20 has not been paid yet.')).toBeTruthy();
    await press('Take money for Share 2');
    await press('Take €12.20');
    await waitFor(() => expect(session.shares.every((share) => share.status === 'paid')).toBe(true));
    await press('Clear the table');
    await waitFor(() => expect(session.status).toBe('cleared'));
  });

  test('a double tap on the cash takes it once', async () => {
    await orderAtTable4('diavola');
    const session = sessionAt4();
    open('/login?next=%2Ffloor');
    await signIn();
    await press(/^4/);
    await user.click(await screen.findByRole('tab', { name: 'Bill' }));
    await press('Bill the table');
    await press(/^Take money for/);
    const take = await button('Take €11.50');
    act(() => {
      fireEvent.click(take);
      fireEvent.click(take);
    });
    await waitFor(() => expect(session.shares[0]?.status).toBe('paid'));
    expect(house.calls.filter((call) => call.name === 'pay_bill_share')).toHaveLength(1);
  });

  test('cash that is not an amount is not taken', async () => {
    await orderAtTable4('diavola');
    open('/login?next=%2Ffloor');
    await signIn();
    await press(/^4/);
    await user.click(await screen.findByRole('tab', { name: 'Bill' }));
    await press('Bill the table');
    await press(/^Take money for/);
    await user.type(await screen.findByLabelText('Received'), 'ten');
    expect(await screen.findByText('Enter an amount, like 20 or 12.50.')).toBeTruthy();
    expect((await button('Take €0.00')).hasAttribute('disabled')).toBe(true);
  });

  test('an amount goes to a card terminal under a key of its own, also over plain http; a lost answer sends it once, another amount is another', async () => {
    // A page of plain http has no crypto.randomUUID.
    vi.stubGlobal('crypto', { getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => webcrypto.getRandomValues(bytes), subtle: webcrypto.subtle });
    await orderAtTable4('diavola');
    house.terminals.push({ id: 'bar', name: 'Bar', payment: null });
    const arrives = fakeFetch(house);
    let lose: 'question' | 'answer' = 'question';
    const keys: string[] = [];
    open('/login?next=%2Ffloor', async (input, init) => {
      const isSent = String(input).includes('send_to_terminal');
      if (isSent) keys.push((JSON.parse(String(init?.body)) as { p_idempotency_key: string }).p_idempotency_key);
      const answer = isSent && lose === 'question' ? null : await arrives(input, init);
      if (isSent || answer === null) throw new TypeError('Failed to fetch');
      return answer;
    });
    await signIn();
    await press(/^4/);
    await user.click(await screen.findByRole('tab', { name: 'Bill' }));
    await press('Bill the table');
    await press(/^Take money for/);
    await user.click(await screen.findByLabelText('Terminal'));
    await press('Send €11.50 to Bar');
    await waitFor(() => expect(keys).toHaveLength(1));
    await press('Send €11.50 to Bar');
    await waitFor(() => expect(keys).toHaveLength(2));
    expect(keys[1]).toBe(keys[0]);
    await user.type(screen.getByLabelText('Amount'), '5');
    lose = 'answer';
    await press('Send €5.00 to Bar');
    await waitFor(() => expect(keys).toHaveLength(3));
    expect(keys[2]).not.toBe(keys[0]);
    // It has arrived all the same: the terminal waits for it, and the page is told so.
    expect(await screen.findByRole('button', { name: 'Cancel at the terminal' })).toBeTruthy();
    expect(house.terminals[0]?.payment).toMatchObject({ amount: 5, id: keys[2] });
  });

  test('a call shows on the table and is answered', async () => {
    const token = await orderAtTable4('diavola');
    house.call('call_waiter', { p_reason: 'help' }, token);
    open('/login?next=%2Ffloor');
    await signIn();
    await press(/Needs a waiter/);
    await press('I am on it');
    await waitFor(() => expect(sessionAt4().call).toBeNull());
  });

  test('a waiter orders for the table', async () => {
    open('/login?next=%2Ffloor');
    await signIn();
    await press(/^4/);
    await press('Seat them');
    await user.click(await screen.findByRole('tab', { name: 'Add' }));
    await press('Add Diavola');
    await press(/^Send · €11.50/);
    await waitFor(() => expect(sessionAt4().orders).toHaveLength(1));
  });

  test('signing out forgets who was there', async () => {
    const { services } = open('/login?next=%2Ffloor');
    await signIn();
    await screen.findByRole('heading', { name: 'Window' });
    await press(/Signed in as/);
    await user.click(await screen.findByRole('menuitem', { name: 'Sign out' }));
    expect(await screen.findByLabelText('E-mail')).toBeTruthy();
    expect(services.queryClient.getQueryData(['floor'])).toBeUndefined();
  });
});

test('signing out works without a network, and a reload does not bring anybody back', async () => {
  const first = open('/login?next=%2Ffloor');
  await signIn();
  await screen.findByRole('heading', { name: 'Window' });
  house.isAway = true;
  await press(/Signed in as/);
  await user.click(await screen.findByRole('menuitem', { name: 'Sign out' }));
  expect(await screen.findByLabelText('E-mail')).toBeTruthy();
  first.unmount();
  house.isAway = false;
  open('/floor');
  expect(await screen.findByLabelText('E-mail')).toBeTruthy();
});

test('the start page shows the restaurant, its tables and the way in for the staff', async () => {
  vi.spyOn(console, 'error');
  open('/');
  expect(await screen.findByRole('link', { name: 'Long table' })).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Call +49 30 1234567' }).getAttribute('href')).toBe('tel:+49301234567');
  expect(screen.getByRole('link', { name: 'Kitchen' })).toBeTruthy();
});

test('an address that leads nowhere says so', async () => {
  open('/nothing/here');
  expect(await screen.findByText('There is nothing here')).toBeTruthy();
});
