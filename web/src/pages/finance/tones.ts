/* The colour of a state, beside its word. */
export const TONES: Record<string, string> = {
  succeeded: 'green',
  pending: 'orange',
  failed: 'red',
  refunded: 'violet',
  partial_refund: 'violet',
  open: 'red',
  won: 'green',
  lost: 'gray',
  paid: 'green',
};
