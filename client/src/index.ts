export type { Database, Json, Shapes, Tables, TablesInsert, TablesUpdate } from './database.js';
export { useBookings, type Booking, type BookingChanges, type Bookings, type ListedBooking, type NewBooking, type Slot } from './hooks/useBookings.js';
export { useDashboard, type Dashboard } from './hooks/useDashboard.js';
export { call, type Answer, type Args } from './lib/call.js';
export { connect, supabase, type Client } from './lib/supabase.js';
