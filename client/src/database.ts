// Written by `maitred types`; to change it, change the database.

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {
  __InternalSupabase: {
    PostgrestVersion: "12.0.2"
  }
  public: {
    Tables: {
      activity_logs: {
        Row: {
          action: string
          created_at: string
          description: string
          entity_id: string | null
          entity_type: string | null
          id: string
          ip_address: string | null
          metadata: Json
          organization_id: string
          user_id: string | null
          user_name: string | null
        }
        Insert: {
          action: string
          created_at?: string
          description: string
          entity_id?: string | null
          entity_type?: string | null
          id?: string
          ip_address?: string | null
          metadata?: Json
          organization_id: string
          user_id?: string | null
          user_name?: string | null
        }
        Update: {
          action?: never
          created_at?: never
          description?: never
          entity_id?: never
          entity_type?: never
          id?: never
          ip_address?: never
          metadata?: never
          organization_id?: never
          user_id?: never
          user_name?: never
        }
        Relationships: [
          {
            foreignKeyName: "activity_logs_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "activity_logs_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      audit_logs: {
        Row: {
          action: "INSERT" | "UPDATE" | "DELETE"
          created_at: string
          id: string
          ip_address: string | null
          new_data: Json | null
          old_data: Json | null
          organization_id: string | null
          record_id: string | null
          request_id: string | null
          table_name: string
          user_id: string | null
          user_role: string | null
        }
        Insert: {
          action?: never
          created_at?: never
          id?: never
          ip_address?: never
          new_data?: never
          old_data?: never
          organization_id?: never
          record_id?: never
          request_id?: never
          table_name?: never
          user_id?: never
          user_role?: never
        }
        Update: {
          action?: never
          created_at?: never
          id?: never
          ip_address?: never
          new_data?: never
          old_data?: never
          organization_id?: never
          record_id?: never
          request_id?: never
          table_name?: never
          user_id?: never
          user_role?: never
        }
        Relationships: []
      }
      auth_attempts: {
        Row: {
          blocked_until: string | null
          counted_at: string
          failures: number
          last_at: string
          pending: number
          pending_at: string
          subject: string
        }
        Insert: {
          blocked_until?: string | null
          counted_at?: string
          failures?: number
          last_at?: string
          pending?: number
          pending_at?: string
          subject: string
        }
        Update: {
          blocked_until?: string | null
          counted_at?: string
          failures?: number
          last_at?: string
          pending?: number
          pending_at?: string
          subject?: string
        }
        Relationships: []
      }
      auth_identities: {
        Row: {
          created_at: string
          email: string | null
          id: string
          identity_data: Json
          last_sign_in_at: string | null
          provider: string
          provider_id: string
          updated_at: string
          user_id: string
        }
        Insert: {
          created_at?: string
          email?: never
          id?: string
          identity_data?: Json
          last_sign_in_at?: string | null
          provider: string
          provider_id: string
          updated_at?: string
          user_id: string
        }
        Update: {
          created_at?: string
          email?: never
          id?: string
          identity_data?: Json
          last_sign_in_at?: string | null
          provider?: string
          provider_id?: string
          updated_at?: string
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "auth_identities_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "auth_identities_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      auth_providers: {
        Row: {
          audiences: string[]
          authorize_params: Json
          client_id: string
          created_at: string
          enabled: boolean
          issuer: string
          name: string
          scopes: string[]
          trust_email: boolean
          updated_at: string
        }
        Insert: {
          audiences?: string[]
          authorize_params?: Json
          client_id: string
          created_at?: string
          enabled?: boolean
          issuer: string
          name: string
          scopes?: string[]
          trust_email?: boolean
          updated_at?: string
        }
        Update: {
          audiences?: string[]
          authorize_params?: Json
          client_id?: string
          created_at?: string
          enabled?: boolean
          issuer?: string
          name?: string
          scopes?: string[]
          trust_email?: boolean
          updated_at?: string
        }
        Relationships: []
      }
      auth_sessions: {
        Row: {
          aal: "aal1" | "aal2"
          amr: Json
          created_at: string
          end_reason: "logout" | "password_change" | "token_reuse" | "expired" | "access_changed" | "factor_change" | "admin" | null
          ended_at: string | null
          id: string
          ip_address: string | null
          not_after: string | null
          recent_uses: string[]
          refresh_counter: number
          refreshed_at: string | null
          token_expires_at: string | null
          updated_at: string
          user_agent: string | null
          user_id: string
        }
        Insert: {
          aal?: "aal1" | "aal2"
          amr?: Json
          created_at?: string
          end_reason?: "logout" | "password_change" | "token_reuse" | "expired" | "access_changed" | "factor_change" | "admin" | null
          ended_at?: string | null
          id?: string
          ip_address?: string | null
          not_after?: string | null
          recent_uses?: string[]
          refresh_counter?: number
          refreshed_at?: string | null
          token_expires_at?: string | null
          updated_at?: string
          user_agent?: string | null
          user_id: string
        }
        Update: {
          aal?: "aal1" | "aal2"
          amr?: Json
          created_at?: string
          end_reason?: "logout" | "password_change" | "token_reuse" | "expired" | "access_changed" | "factor_change" | "admin" | null
          ended_at?: string | null
          id?: string
          ip_address?: string | null
          not_after?: string | null
          recent_uses?: string[]
          refresh_counter?: number
          refreshed_at?: string | null
          token_expires_at?: string | null
          updated_at?: string
          user_agent?: string | null
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "auth_sessions_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "auth_sessions_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      basket_parts: {
        Row: {
          basket_id: string
          booking_id: string
          booking_type: "chalet" | "reservation" | "pool" | "experience"
          created_at: string
          deposit: number
          id: string
          kind: "stay" | "table" | "pool" | "game"
          organization_id: string
          position: number
          price: number
          quote: Json
          request: Json
          updated_at: string
        }
        Insert: {
          basket_id?: string
          booking_id: string
          booking_type: "chalet" | "reservation" | "pool" | "experience"
          created_at?: string
          deposit?: number
          id?: string
          kind: "stay" | "table" | "pool" | "game"
          organization_id?: string
          position: number
          price?: number
          quote?: Json
          request: Json
          updated_at?: string
        }
        Update: {
          basket_id?: string
          booking_id?: string
          booking_type?: "chalet" | "reservation" | "pool" | "experience"
          created_at?: string
          deposit?: number
          id?: string
          kind?: "stay" | "table" | "pool" | "game"
          organization_id?: string
          position?: number
          price?: number
          quote?: Json
          request?: Json
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "basket_parts_organization_id_basket_id_fkey"
            columns: ["organization_id", "basket_id"]
            isOneToOne: false
            referencedRelation: "baskets"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "basket_parts_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "basket_parts_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      baskets: {
        Row: {
          confirmed_at: string | null
          created_at: string
          created_by: string | null
          currency: string
          customer_id: string | null
          expires_at: string
          folio_id: string | null
          guest_email: string | null
          guest_name: string | null
          guest_phone: string | null
          id: string
          idempotency_key: string | null
          locale: string | null
          opened_from: string | null
          organization_id: string
          reference: string
          special_requests: string | null
          status: "open" | "submitted" | "confirmed" | "released" | "expired"
          updated_at: string
          user_id: string | null
        }
        Insert: {
          confirmed_at?: string | null
          created_at?: string
          created_by?: string | null
          currency: string
          customer_id?: string | null
          expires_at: string
          folio_id?: string | null
          guest_email?: string | null
          guest_name?: string | null
          guest_phone?: string | null
          id?: string
          idempotency_key?: string | null
          locale?: string | null
          opened_from?: string | null
          organization_id: string
          reference?: string
          special_requests?: string | null
          status?: "open" | "submitted" | "confirmed" | "released" | "expired"
          updated_at?: string
          user_id?: string | null
        }
        Update: {
          confirmed_at?: string | null
          created_at?: string
          created_by?: string | null
          currency?: string
          customer_id?: string | null
          expires_at?: string
          folio_id?: string | null
          guest_email?: string | null
          guest_name?: string | null
          guest_phone?: string | null
          id?: string
          idempotency_key?: string | null
          locale?: string | null
          opened_from?: string | null
          organization_id?: string
          reference?: string
          special_requests?: string | null
          status?: "open" | "submitted" | "confirmed" | "released" | "expired"
          updated_at?: string
          user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "baskets_organization_id_customer_id_fkey"
            columns: ["organization_id", "customer_id"]
            isOneToOne: false
            referencedRelation: "customers"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "baskets_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "baskets_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "baskets_organization_id_folio_id_fkey"
            columns: ["organization_id", "folio_id"]
            isOneToOne: false
            referencedRelation: "folios"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "baskets_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "baskets_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      bill_adjustments: {
        Row: {
          amount: number | null
          applied_amount: number
          created_at: string
          created_by: string | null
          id: string
          idempotency_key: string | null
          is_automatic: boolean
          kind: "discount" | "service_charge"
          line_ids: string[] | null
          order_id: string | null
          organization_id: string
          percent: number | null
          reason: string
          removed_at: string | null
          removed_by: string | null
          restaurant_id: string
          session_id: string | null
          updated_at: string
        }
        Insert: {
          amount?: number | null
          applied_amount?: number
          created_at?: string
          created_by?: string | null
          id?: string
          idempotency_key?: string | null
          is_automatic?: boolean
          kind: "discount" | "service_charge"
          line_ids?: string[] | null
          order_id?: string | null
          organization_id?: string
          percent?: number | null
          reason: string
          removed_at?: string | null
          removed_by?: string | null
          restaurant_id?: string
          session_id?: string | null
          updated_at?: string
        }
        Update: {
          amount?: number | null
          applied_amount?: number
          created_at?: string
          created_by?: string | null
          id?: string
          idempotency_key?: string | null
          is_automatic?: boolean
          kind?: "discount" | "service_charge"
          line_ids?: string[] | null
          order_id?: string | null
          organization_id?: string
          percent?: number | null
          reason?: string
          removed_at?: string | null
          removed_by?: string | null
          restaurant_id?: string
          session_id?: string | null
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "bill_adjustments_created_by_fkey"
            columns: ["created_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bill_adjustments_created_by_fkey"
            columns: ["created_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bill_adjustments_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bill_adjustments_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bill_adjustments_removed_by_fkey"
            columns: ["removed_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bill_adjustments_removed_by_fkey"
            columns: ["removed_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bill_adjustments_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurant"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bill_adjustments_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurants"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bill_adjustments_restaurant_id_order_id_fkey"
            columns: ["restaurant_id", "order_id"]
            isOneToOne: false
            referencedRelation: "orders"
            referencedColumns: ["restaurant_id", "id"]
          },
          {
            foreignKeyName: "bill_adjustments_restaurant_id_session_id_fkey"
            columns: ["restaurant_id", "session_id"]
            isOneToOne: false
            referencedRelation: "table_sessions"
            referencedColumns: ["restaurant_id", "id"]
          },
        ]
      }
      bill_shares: {
        Row: {
          amount: number
          created_at: string
          customer_session_id: string | null
          id: string
          items: Json
          label: string
          method: "whole" | "equal" | "guest" | "item" | "amount" | "weight"
          organization_id: string
          paid_amount: number
          paid_at: string | null
          payment_method: string | null
          position: number
          restaurant_id: string
          session_id: string
          status: "open" | "paid"
          updated_at: string
        }
        Insert: {
          amount: number
          created_at?: string
          customer_session_id?: string | null
          id?: string
          items?: Json
          label: string
          method: "whole" | "equal" | "guest" | "item" | "amount" | "weight"
          organization_id?: string
          paid_amount?: number
          paid_at?: string | null
          payment_method?: string | null
          position: number
          restaurant_id?: string
          session_id?: string
          status?: "open" | "paid"
          updated_at?: string
        }
        Update: {
          amount?: number
          created_at?: string
          customer_session_id?: string | null
          id?: string
          items?: Json
          label?: string
          method?: "whole" | "equal" | "guest" | "item" | "amount" | "weight"
          organization_id?: string
          paid_amount?: number
          paid_at?: string | null
          payment_method?: string | null
          position?: number
          restaurant_id?: string
          session_id?: string
          status?: "open" | "paid"
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "bill_shares_customer_session_id_fkey"
            columns: ["customer_session_id"]
            isOneToOne: false
            referencedRelation: "session_customers"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bill_shares_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bill_shares_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bill_shares_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurant"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bill_shares_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurants"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bill_shares_restaurant_id_session_id_fkey"
            columns: ["restaurant_id", "session_id"]
            isOneToOne: false
            referencedRelation: "table_sessions"
            referencedColumns: ["restaurant_id", "id"]
          },
        ]
      }
      booking_addons: {
        Row: {
          addon_id: string | null
          booking_id: string
          created_at: string
          id: string
          name: string
          organization_id: string
          per: "stay" | "night" | "guest" | "guest_night"
          price: number
          quantity: number
          tax_amount: number
          tax_rate: number
          total_price: number
          units: number
        }
        Insert: {
          addon_id?: string | null
          booking_id?: string
          created_at?: string
          id?: string
          name: string
          organization_id?: string
          per: "stay" | "night" | "guest" | "guest_night"
          price?: number
          quantity: number
          tax_amount?: number
          tax_rate?: number
          total_price?: number
          units: number
        }
        Update: {
          addon_id?: string | null
          booking_id?: string
          created_at?: string
          id?: string
          name?: string
          organization_id?: string
          per?: "stay" | "night" | "guest" | "guest_night"
          price?: number
          quantity?: number
          tax_amount?: number
          tax_rate?: number
          total_price?: number
          units?: number
        }
        Relationships: [
          {
            foreignKeyName: "booking_addons_organization_id_addon_id_fkey"
            columns: ["organization_id", "addon_id"]
            isOneToOne: false
            referencedRelation: "chalet_addons"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "booking_addons_organization_id_booking_id_fkey"
            columns: ["organization_id", "booking_id"]
            isOneToOne: false
            referencedRelation: "chalet_bookings"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "booking_addons_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "booking_addons_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      booking_days: {
        Row: {
          business_date: string
          cancelled: number
          changed_by: string
          checked_in: number
          completed: number
          confirmed: number
          discount_amount: number
          game_id: string
          gross_amount: number
          net_amount: number
          no_show: number
          organization_id: string
          paid_amount: number
          pending: number
          pending_amount: number
          players: number
          refunded_amount: number
          revenue: number
          tax_amount: number
          venue_id: string
        }
        Insert: {
          business_date: string
          cancelled?: number
          changed_by?: string
          checked_in?: number
          completed?: number
          confirmed?: number
          discount_amount?: number
          game_id: string
          gross_amount?: number
          net_amount?: number
          no_show?: number
          organization_id: string
          paid_amount?: number
          pending?: number
          pending_amount?: number
          players?: number
          refunded_amount?: number
          revenue?: number
          tax_amount?: number
          venue_id: string
        }
        Update: {
          business_date?: string
          cancelled?: number
          changed_by?: string
          checked_in?: number
          completed?: number
          confirmed?: number
          discount_amount?: number
          game_id?: string
          gross_amount?: number
          net_amount?: number
          no_show?: number
          organization_id?: string
          paid_amount?: number
          pending?: number
          pending_amount?: number
          players?: number
          refunded_amount?: number
          revenue?: number
          tax_amount?: number
          venue_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "booking_days_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "booking_days_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "booking_days_organization_id_game_id_fkey"
            columns: ["organization_id", "game_id"]
            isOneToOne: false
            referencedRelation: "games"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "booking_days_organization_id_venue_id_fkey"
            columns: ["organization_id", "venue_id"]
            isOneToOne: false
            referencedRelation: "venues"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      booking_parties: {
        Row: {
          booking_id: string
          booking_type: "chalet" | "reservation" | "pool" | "experience"
          closes_at: string
          created_at: string
          id: string
          is_open: boolean
          organization_id: string
          split: "none" | "equal" | "amounts"
          updated_at: string
        }
        Insert: {
          booking_id: string
          booking_type: "chalet" | "reservation" | "pool" | "experience"
          closes_at: string
          created_at?: string
          id?: string
          is_open?: boolean
          organization_id: string
          split?: "none" | "equal" | "amounts"
          updated_at?: string
        }
        Update: {
          booking_id?: string
          booking_type?: "chalet" | "reservation" | "pool" | "experience"
          closes_at?: string
          created_at?: string
          id?: string
          is_open?: boolean
          organization_id?: string
          split?: "none" | "equal" | "amounts"
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "booking_parties_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "booking_parties_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      booking_types: {
        Row: {
          name: string
          position: number
          table_name: string | null
        }
        Insert: {
          name: string
          position: number
          table_name?: string | null
        }
        Update: {
          name?: string
          position?: number
          table_name?: string | null
        }
        Relationships: []
      }
      bookings: {
        Row: {
          booking_date: string
          business_date: string
          cancellation_cause: "requested" | "hold_expired" | null
          cancellation_policy_id: string | null
          cancellation_reason: string | null
          cancelled_at: string | null
          cancelled_by: string | null
          checked_in_at: string | null
          completed_at: string | null
          confirmed_at: string | null
          contact_email: string | null
          contact_name: string | null
          contact_phone: string | null
          created_at: string
          created_by: string | null
          currency: string
          customer_id: string
          deposit_amount: number
          discount_amount: number
          end_time: string
          ends_at: string
          final_amount: number
          first_starts_at: string | null
          free_from: string
          game_id: string
          hold_expires_at: string | null
          id: string
          idempotency_key: string | null
          internal_notes: string | null
          metadata: Json
          no_show_at: string | null
          occupies: string | null
          organization_id: string
          paid_amount: number
          party_size: number
          payment_status: string
          price_details: Json
          promo_code_id: string | null
          reference_number: string
          refunded_amount: number
          revenue: number
          source: "staff" | "widget" | "web" | "phone" | "walk_in" | "bot" | "import" | "api"
          special_requests: string | null
          start_time: string
          starts_at: string
          status: "pending" | "confirmed" | "checked_in" | "completed" | "cancelled" | "no_show"
          takes_room: boolean
          tax_amount: number
          ticket_types: Json
          timezone: string
          total_amount: number
          updated_at: string
          venue_id: string
        }
        Insert: {
          booking_date: string
          business_date?: string
          cancellation_cause?: "requested" | "hold_expired" | null
          cancellation_policy_id?: string | null
          cancellation_reason?: string | null
          cancelled_at?: string | null
          cancelled_by?: string | null
          checked_in_at?: string | null
          completed_at?: string | null
          confirmed_at?: string | null
          contact_email?: string | null
          contact_name?: string | null
          contact_phone?: string | null
          created_at?: string
          created_by?: string | null
          currency?: string
          customer_id: string
          deposit_amount?: number
          discount_amount?: number
          end_time?: string
          ends_at?: string
          final_amount?: number
          first_starts_at?: string | null
          free_from?: string
          game_id?: string
          hold_expires_at?: string | null
          id?: string
          idempotency_key?: string | null
          internal_notes?: string | null
          metadata?: Json
          no_show_at?: string | null
          occupies?: never
          organization_id?: string
          paid_amount?: number
          party_size: number
          payment_status?: never
          price_details?: Json
          promo_code_id?: string | null
          reference_number?: string
          refunded_amount?: number
          revenue?: never
          source?: "staff" | "widget" | "web" | "phone" | "walk_in" | "bot" | "import" | "api"
          special_requests?: string | null
          start_time: string
          starts_at?: string
          status?: "pending" | "confirmed" | "checked_in" | "completed" | "cancelled" | "no_show"
          takes_room?: boolean
          tax_amount?: number
          ticket_types?: Json
          timezone?: string
          total_amount?: number
          updated_at?: string
          venue_id?: string
        }
        Update: {
          booking_date?: string
          business_date?: string
          cancellation_cause?: "requested" | "hold_expired" | null
          cancellation_policy_id?: string | null
          cancellation_reason?: string | null
          cancelled_at?: string | null
          cancelled_by?: string | null
          checked_in_at?: string | null
          completed_at?: string | null
          confirmed_at?: string | null
          contact_email?: string | null
          contact_name?: string | null
          contact_phone?: string | null
          created_at?: string
          created_by?: string | null
          currency?: string
          customer_id?: string
          deposit_amount?: number
          discount_amount?: number
          end_time?: string
          ends_at?: string
          final_amount?: number
          first_starts_at?: string | null
          free_from?: string
          game_id?: string
          hold_expires_at?: string | null
          id?: string
          idempotency_key?: string | null
          internal_notes?: string | null
          metadata?: Json
          no_show_at?: string | null
          occupies?: never
          organization_id?: string
          paid_amount?: number
          party_size?: number
          payment_status?: never
          price_details?: Json
          promo_code_id?: string | null
          reference_number?: string
          refunded_amount?: number
          revenue?: never
          source?: "staff" | "widget" | "web" | "phone" | "walk_in" | "bot" | "import" | "api"
          special_requests?: string | null
          start_time?: string
          starts_at?: string
          status?: "pending" | "confirmed" | "checked_in" | "completed" | "cancelled" | "no_show"
          takes_room?: boolean
          tax_amount?: number
          ticket_types?: Json
          timezone?: string
          total_amount?: number
          updated_at?: string
          venue_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "bookings_cancelled_by_fkey"
            columns: ["cancelled_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bookings_cancelled_by_fkey"
            columns: ["cancelled_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bookings_created_by_fkey"
            columns: ["created_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bookings_created_by_fkey"
            columns: ["created_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bookings_organization_id_cancellation_policy_id_fkey"
            columns: ["organization_id", "cancellation_policy_id"]
            isOneToOne: false
            referencedRelation: "cancellation_policies"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "bookings_organization_id_customer_id_fkey"
            columns: ["organization_id", "customer_id"]
            isOneToOne: false
            referencedRelation: "customers"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "bookings_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bookings_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bookings_organization_id_game_id_fkey"
            columns: ["organization_id", "game_id"]
            isOneToOne: false
            referencedRelation: "games"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "bookings_organization_id_promo_code_id_fkey"
            columns: ["organization_id", "promo_code_id"]
            isOneToOne: false
            referencedRelation: "promo_codes"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "bookings_organization_id_venue_id_fkey"
            columns: ["organization_id", "venue_id"]
            isOneToOne: false
            referencedRelation: "venues"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      bot_chats: {
        Row: {
          bot_id: string
          created_at: string
          customer_id: string | null
          id: string
          language: string | null
          last_heard_at: string
          linked_at: string | null
          name: string | null
          organization_id: string
          phone: string | null
          platform: string
          platform_chat_id: string
          question: number
          silent_until: string | null
          stopped_at: string | null
          taken_over_by: string | null
          unreachable: string | null
          updated_at: string
          waits_for_person_since: string | null
        }
        Insert: {
          bot_id?: string
          created_at?: string
          customer_id?: string | null
          id?: string
          language?: string | null
          last_heard_at?: string
          linked_at?: string | null
          name?: string | null
          organization_id?: string
          phone?: string | null
          platform: string
          platform_chat_id: string
          question?: number
          silent_until?: string | null
          stopped_at?: string | null
          taken_over_by?: string | null
          unreachable?: string | null
          updated_at?: string
          waits_for_person_since?: string | null
        }
        Update: {
          bot_id?: string
          created_at?: string
          customer_id?: string | null
          id?: string
          language?: string | null
          last_heard_at?: string
          linked_at?: string | null
          name?: string | null
          organization_id?: string
          phone?: string | null
          platform?: string
          platform_chat_id?: string
          question?: number
          silent_until?: string | null
          stopped_at?: string | null
          taken_over_by?: string | null
          unreachable?: string | null
          updated_at?: string
          waits_for_person_since?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "bot_chats_organization_id_bot_id_fkey"
            columns: ["organization_id", "bot_id"]
            isOneToOne: false
            referencedRelation: "bot_instance"
            referencedColumns: ["account_id", "id"]
          },
          {
            foreignKeyName: "bot_chats_organization_id_bot_id_fkey"
            columns: ["organization_id", "bot_id"]
            isOneToOne: false
            referencedRelation: "bot_instances"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "bot_chats_organization_id_customer_id_fkey"
            columns: ["organization_id", "customer_id"]
            isOneToOne: false
            referencedRelation: "customers"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "bot_chats_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bot_chats_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bot_chats_taken_over_by_fkey"
            columns: ["taken_over_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bot_chats_taken_over_by_fkey"
            columns: ["taken_over_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      bot_dialog_states: {
        Row: {
          asked: Json
          bot_id: string
          chat_id: string | null
          collected_data: Json
          created_at: string
          current_step: string
          customer_id: string | null
          id: string
          last_interaction_at: string
          last_update_id: string | null
          organization_id: string
          platform: string
          platform_chat_id: string
          scenario_id: string | null
          stack: Json
          updated_at: string
          wake_at: string | null
        }
        Insert: {
          asked?: Json
          bot_id?: string
          chat_id?: string | null
          collected_data?: Json
          created_at?: string
          current_step: string
          customer_id?: string | null
          id?: string
          last_interaction_at?: string
          last_update_id?: string | null
          organization_id?: string
          platform: string
          platform_chat_id: string
          scenario_id?: string | null
          stack?: Json
          updated_at?: string
          wake_at?: string | null
        }
        Update: {
          asked?: Json
          bot_id?: string
          chat_id?: string | null
          collected_data?: Json
          created_at?: string
          current_step?: string
          customer_id?: string | null
          id?: string
          last_interaction_at?: string
          last_update_id?: string | null
          organization_id?: string
          platform?: string
          platform_chat_id?: string
          scenario_id?: string | null
          stack?: Json
          updated_at?: string
          wake_at?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "bot_dialog_states_organization_id_bot_id_fkey"
            columns: ["organization_id", "bot_id"]
            isOneToOne: false
            referencedRelation: "bot_instance"
            referencedColumns: ["account_id", "id"]
          },
          {
            foreignKeyName: "bot_dialog_states_organization_id_bot_id_fkey"
            columns: ["organization_id", "bot_id"]
            isOneToOne: false
            referencedRelation: "bot_instances"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "bot_dialog_states_organization_id_chat_id_fkey"
            columns: ["organization_id", "chat_id"]
            isOneToOne: true
            referencedRelation: "bot_chats"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "bot_dialog_states_organization_id_customer_id_fkey"
            columns: ["organization_id", "customer_id"]
            isOneToOne: false
            referencedRelation: "customers"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "bot_dialog_states_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bot_dialog_states_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bot_dialog_states_organization_id_scenario_id_fkey"
            columns: ["organization_id", "scenario_id"]
            isOneToOne: false
            referencedRelation: "bot_scenarios"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      bot_instances: {
        Row: {
          created_at: string
          description: string | null
          id: string
          is_active: boolean
          language: string
          name: string
          organization_id: string
          updated_at: string
        }
        Insert: {
          created_at?: string
          description?: string | null
          id?: string
          is_active?: boolean
          language?: string
          name: string
          organization_id?: string
          updated_at?: string
        }
        Update: {
          created_at?: string
          description?: string | null
          id?: string
          is_active?: boolean
          language?: string
          name?: string
          organization_id?: string
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "bot_instances_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bot_instances_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      bot_links: {
        Row: {
          bot_id: string
          created_at: string
          customer_id: string
          expires_at: string
          id: string
          organization_id: string
        }
        Insert: {
          bot_id?: string
          created_at?: string
          customer_id: string
          expires_at: string
          id?: string
          organization_id?: string
        }
        Update: {
          bot_id?: string
          created_at?: string
          customer_id?: string
          expires_at?: string
          id?: string
          organization_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "bot_links_organization_id_bot_id_fkey"
            columns: ["organization_id", "bot_id"]
            isOneToOne: false
            referencedRelation: "bot_instance"
            referencedColumns: ["account_id", "id"]
          },
          {
            foreignKeyName: "bot_links_organization_id_bot_id_fkey"
            columns: ["organization_id", "bot_id"]
            isOneToOne: false
            referencedRelation: "bot_instances"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "bot_links_organization_id_customer_id_fkey"
            columns: ["organization_id", "customer_id"]
            isOneToOne: false
            referencedRelation: "customers"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "bot_links_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bot_links_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      bot_messages: {
        Row: {
          chat_id: string
          content: Json
          created_at: string
          direction: "in" | "out"
          error: string | null
          id: string
          organization_id: string
          platform_ref: string | null
          position: number
          said_by: string | null
          sent_at: string | null
          status: "heard" | "queued" | "sent" | "delivered" | "read" | "failed" | "unclear"
        }
        Insert: {
          chat_id?: string
          content: Json
          created_at?: string
          direction: "in" | "out"
          error?: string | null
          id?: string
          organization_id?: string
          platform_ref?: string | null
          position?: number
          said_by?: string | null
          sent_at?: string | null
          status: "heard" | "queued" | "sent" | "delivered" | "read" | "failed" | "unclear"
        }
        Update: {
          chat_id?: string
          content?: Json
          created_at?: string
          direction?: "in" | "out"
          error?: string | null
          id?: string
          organization_id?: string
          platform_ref?: string | null
          position?: number
          said_by?: string | null
          sent_at?: string | null
          status?: "heard" | "queued" | "sent" | "delivered" | "read" | "failed" | "unclear"
        }
        Relationships: [
          {
            foreignKeyName: "bot_messages_organization_id_chat_id_fkey"
            columns: ["organization_id", "chat_id"]
            isOneToOne: false
            referencedRelation: "bot_chats"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "bot_messages_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bot_messages_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bot_messages_said_by_fkey"
            columns: ["said_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bot_messages_said_by_fkey"
            columns: ["said_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      bot_platform_credentials: {
        Row: {
          account_id: string | null
          account_name: string | null
          bot_id: string
          created_at: string
          endpoint_id: string | null
          hears_by: "webhook" | "polling" | null
          id: string
          is_active: boolean
          organization_id: string
          platform: "telegram" | "whatsapp" | "web"
          polled_to: number
          status: "unknown" | "works" | "broken"
          updated_at: string
          webhook_auto_refresh: boolean
          webhook_error: string | null
          webhook_is_given: boolean
          webhook_last_checked: string | null
          webhook_url: string | null
        }
        Insert: {
          account_id?: string | null
          account_name?: string | null
          bot_id?: string
          created_at?: string
          endpoint_id?: string | null
          hears_by?: "webhook" | "polling" | null
          id?: string
          is_active?: boolean
          organization_id?: string
          platform: "telegram" | "whatsapp" | "web"
          polled_to?: number
          status?: "unknown" | "works" | "broken"
          updated_at?: string
          webhook_auto_refresh?: boolean
          webhook_error?: string | null
          webhook_is_given?: boolean
          webhook_last_checked?: string | null
          webhook_url?: string | null
        }
        Update: {
          account_id?: string | null
          account_name?: string | null
          bot_id?: string
          created_at?: string
          endpoint_id?: string | null
          hears_by?: "webhook" | "polling" | null
          id?: string
          is_active?: boolean
          organization_id?: string
          platform?: "telegram" | "whatsapp" | "web"
          polled_to?: number
          status?: "unknown" | "works" | "broken"
          updated_at?: string
          webhook_auto_refresh?: boolean
          webhook_error?: string | null
          webhook_is_given?: boolean
          webhook_last_checked?: string | null
          webhook_url?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "bot_platform_credentials_organization_id_bot_id_fkey"
            columns: ["organization_id", "bot_id"]
            isOneToOne: false
            referencedRelation: "bot_instance"
            referencedColumns: ["account_id", "id"]
          },
          {
            foreignKeyName: "bot_platform_credentials_organization_id_bot_id_fkey"
            columns: ["organization_id", "bot_id"]
            isOneToOne: false
            referencedRelation: "bot_instances"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "bot_platform_credentials_organization_id_endpoint_id_fkey"
            columns: ["organization_id", "endpoint_id"]
            isOneToOne: false
            referencedRelation: "hook_endpoints"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "bot_platform_credentials_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bot_platform_credentials_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      bot_scenarios: {
        Row: {
          bot_id: string
          created_at: string
          description: string | null
          id: string
          is_active: boolean
          name: string
          organization_id: string
          published_at: string | null
          published_by: string | null
          scenario_data: Json
          status: "draft" | "published" | "retired"
          updated_at: string
          version: string
        }
        Insert: {
          bot_id?: string
          created_at?: string
          description?: string | null
          id?: string
          is_active?: boolean
          name: string
          organization_id?: string
          published_at?: string | null
          published_by?: string | null
          scenario_data: Json
          status?: "draft" | "published" | "retired"
          updated_at?: string
          version?: string
        }
        Update: {
          bot_id?: string
          created_at?: string
          description?: string | null
          id?: string
          is_active?: boolean
          name?: string
          organization_id?: string
          published_at?: string | null
          published_by?: string | null
          scenario_data?: Json
          status?: "draft" | "published" | "retired"
          updated_at?: string
          version?: string
        }
        Relationships: [
          {
            foreignKeyName: "bot_scenarios_organization_id_bot_id_fkey"
            columns: ["organization_id", "bot_id"]
            isOneToOne: false
            referencedRelation: "bot_instance"
            referencedColumns: ["account_id", "id"]
          },
          {
            foreignKeyName: "bot_scenarios_organization_id_bot_id_fkey"
            columns: ["organization_id", "bot_id"]
            isOneToOne: false
            referencedRelation: "bot_instances"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "bot_scenarios_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bot_scenarios_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bot_scenarios_published_by_fkey"
            columns: ["published_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bot_scenarios_published_by_fkey"
            columns: ["published_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      branding_assets: {
        Row: {
          created_at: string
          id: string
          is_active: boolean
          kind: "logo" | "logo_dark" | "favicon" | "hero" | "background" | "font" | "email_header" | "receipt_header" | "other"
          media_id: string | null
          name: string | null
          organization_id: string
          setting_key: string | null
          updated_at: string
          url: string | null
        }
        Insert: {
          created_at?: string
          id?: string
          is_active?: boolean
          kind: "logo" | "logo_dark" | "favicon" | "hero" | "background" | "font" | "email_header" | "receipt_header" | "other"
          media_id?: string | null
          name?: string | null
          organization_id?: string
          setting_key?: string | null
          updated_at?: string
          url?: string | null
        }
        Update: {
          created_at?: string
          id?: string
          is_active?: boolean
          kind?: "logo" | "logo_dark" | "favicon" | "hero" | "background" | "font" | "email_header" | "receipt_header" | "other"
          media_id?: string | null
          name?: string | null
          organization_id?: string
          setting_key?: string | null
          updated_at?: string
          url?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "branding_assets_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "branding_assets_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "branding_assets_organization_id_media_id_fkey"
            columns: ["organization_id", "media_id"]
            isOneToOne: false
            referencedRelation: "media"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "branding_assets_setting_key_fkey"
            columns: ["setting_key"]
            isOneToOne: false
            referencedRelation: "system_settings"
            referencedColumns: ["key"]
          },
        ]
      }
      cancellation_policies: {
        Row: {
          applies_to: string[]
          created_at: string
          description: string | null
          id: string
          is_active: boolean
          is_default: boolean
          name: string
          organization_id: string
          rules: Json
          updated_at: string
        }
        Insert: {
          applies_to?: string[]
          created_at?: string
          description?: string | null
          id?: string
          is_active?: boolean
          is_default?: boolean
          name: string
          organization_id?: string
          rules?: Json
          updated_at?: string
        }
        Update: {
          applies_to?: string[]
          created_at?: string
          description?: string | null
          id?: string
          is_active?: boolean
          is_default?: boolean
          name?: string
          organization_id?: string
          rules?: Json
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "cancellation_policies_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "cancellation_policies_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      cash_movements: {
        Row: {
          amount: number
          created_at: string
          id: string
          idempotency_key: string | null
          kind: "paid_in" | "paid_out" | "dropped"
          made_by: string | null
          organization_id: string
          reason: string | null
          shift_id: string
        }
        Insert: {
          amount: number
          created_at?: string
          id?: string
          idempotency_key?: string | null
          kind: "paid_in" | "paid_out" | "dropped"
          made_by?: string | null
          organization_id: string
          reason?: string | null
          shift_id: string
        }
        Update: {
          amount?: number
          created_at?: string
          id?: string
          idempotency_key?: string | null
          kind?: "paid_in" | "paid_out" | "dropped"
          made_by?: string | null
          organization_id?: string
          reason?: string | null
          shift_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "cash_movements_made_by_fkey"
            columns: ["made_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "cash_movements_made_by_fkey"
            columns: ["made_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "cash_movements_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "cash_movements_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "cash_movements_organization_id_shift_id_fkey"
            columns: ["organization_id", "shift_id"]
            isOneToOne: false
            referencedRelation: "register_shifts"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      chalet_addons: {
        Row: {
          chalet_id: string | null
          created_at: string
          description: string | null
          id: string
          is_active: boolean
          is_required: boolean
          max_quantity: number
          name: string
          organization_id: string
          per: "stay" | "night" | "guest" | "guest_night"
          price: number
          rank: number
          tax_rate: number | null
          updated_at: string
        }
        Insert: {
          chalet_id?: string | null
          created_at?: string
          description?: string | null
          id?: string
          is_active?: boolean
          is_required?: boolean
          max_quantity?: number
          name: string
          organization_id?: string
          per?: "stay" | "night" | "guest" | "guest_night"
          price?: number
          rank?: number
          tax_rate?: number | null
          updated_at?: string
        }
        Update: {
          chalet_id?: string | null
          created_at?: string
          description?: string | null
          id?: string
          is_active?: boolean
          is_required?: boolean
          max_quantity?: number
          name?: string
          organization_id?: string
          per?: "stay" | "night" | "guest" | "guest_night"
          price?: number
          rank?: number
          tax_rate?: number | null
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "chalet_addons_organization_id_chalet_id_fkey"
            columns: ["organization_id", "chalet_id"]
            isOneToOne: false
            referencedRelation: "chalets"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "chalet_addons_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "chalet_addons_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      chalet_amenities: {
        Row: {
          chalet_id: string
          created_at: string
          icon: string | null
          id: string
          name: string
          organization_id: string
          rank: number
        }
        Insert: {
          chalet_id?: string
          created_at?: string
          icon?: string | null
          id?: string
          name: string
          organization_id?: string
          rank?: number
        }
        Update: {
          chalet_id?: string
          created_at?: string
          icon?: string | null
          id?: string
          name?: string
          organization_id?: string
          rank?: number
        }
        Relationships: [
          {
            foreignKeyName: "chalet_amenities_organization_id_chalet_id_fkey"
            columns: ["organization_id", "chalet_id"]
            isOneToOne: false
            referencedRelation: "chalets"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "chalet_amenities_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "chalet_amenities_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      chalet_blocks: {
        Row: {
          chalet_id: string
          created_at: string
          created_by: string | null
          end_date: string
          id: string
          import_id: string | null
          is_conflict: boolean
          kind: "maintenance" | "owner" | "ical"
          nights: string
          note: string | null
          organization_id: string
          start_date: string
          uid: string | null
          updated_at: string
        }
        Insert: {
          chalet_id?: string
          created_at?: string
          created_by?: string | null
          end_date?: string
          id?: string
          import_id?: string | null
          is_conflict?: boolean
          kind?: "maintenance" | "owner" | "ical"
          nights?: never
          note?: string | null
          organization_id?: string
          start_date?: string
          uid?: string | null
          updated_at?: string
        }
        Update: {
          chalet_id?: string
          created_at?: string
          created_by?: string | null
          end_date?: string
          id?: string
          import_id?: string | null
          is_conflict?: boolean
          kind?: "maintenance" | "owner" | "ical"
          nights?: never
          note?: string | null
          organization_id?: string
          start_date?: string
          uid?: string | null
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "chalet_blocks_organization_id_chalet_id_fkey"
            columns: ["organization_id", "chalet_id"]
            isOneToOne: false
            referencedRelation: "chalets"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "chalet_blocks_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "chalet_blocks_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "chalet_blocks_organization_id_import_id_fkey"
            columns: ["organization_id", "import_id"]
            isOneToOne: false
            referencedRelation: "ical_imports"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      chalet_bookings: {
        Row: {
          addons_price: number
          cancellation_policy_id: string | null
          cancellation_reason: string | null
          cancelled_at: string | null
          chalet_id: string
          change_fee: number
          check_in: string
          check_out: string
          checked_in_at: string | null
          checked_out_at: string | null
          created_at: string
          created_by: string | null
          currency: string
          customer_id: string | null
          deposit_due: number
          first_check_in: string
          guest_details: Json
          guests: number
          hold_expires_at: string | null
          hold_ran_out: boolean
          id: string
          idempotency_key: string | null
          modified_at: string | null
          nights_price: number
          organization_id: string
          payment_status: "pending" | "deposit_paid" | "paid" | "refunded" | "partial_refund"
          price_breakdown: Json
          reference: string
          refund_amount: number | null
          released_from: string | null
          source: string
          special_requests: string | null
          status: "pending" | "confirmed" | "checked_in" | "checked_out" | "cancelled" | "no_show"
          stay: string
          tax_amount: number
          total_price: number
          updated_at: string
          user_id: string | null
        }
        Insert: {
          addons_price?: number
          cancellation_policy_id?: string | null
          cancellation_reason?: string | null
          cancelled_at?: string | null
          chalet_id?: string
          change_fee?: number
          check_in: string
          check_out: string
          checked_in_at?: string | null
          checked_out_at?: string | null
          created_at?: string
          created_by?: string | null
          currency?: string
          customer_id?: string | null
          deposit_due?: number
          first_check_in?: string
          guest_details?: Json
          guests: number
          hold_expires_at?: string | null
          hold_ran_out?: boolean
          id?: string
          idempotency_key?: string | null
          modified_at?: string | null
          nights_price?: number
          organization_id?: string
          payment_status?: "pending" | "deposit_paid" | "paid" | "refunded" | "partial_refund"
          price_breakdown?: Json
          reference?: string
          refund_amount?: number | null
          released_from?: string | null
          source?: string
          special_requests?: string | null
          status?: "pending" | "confirmed" | "checked_in" | "checked_out" | "cancelled" | "no_show"
          stay?: never
          tax_amount?: number
          total_price?: number
          updated_at?: string
          user_id?: string | null
        }
        Update: {
          addons_price?: number
          cancellation_policy_id?: string | null
          cancellation_reason?: string | null
          cancelled_at?: string | null
          chalet_id?: string
          change_fee?: number
          check_in?: string
          check_out?: string
          checked_in_at?: string | null
          checked_out_at?: string | null
          created_at?: string
          created_by?: string | null
          currency?: string
          customer_id?: string | null
          deposit_due?: number
          first_check_in?: string
          guest_details?: Json
          guests?: number
          hold_expires_at?: string | null
          hold_ran_out?: boolean
          id?: string
          idempotency_key?: string | null
          modified_at?: string | null
          nights_price?: number
          organization_id?: string
          payment_status?: "pending" | "deposit_paid" | "paid" | "refunded" | "partial_refund"
          price_breakdown?: Json
          reference?: string
          refund_amount?: number | null
          released_from?: string | null
          source?: string
          special_requests?: string | null
          status?: "pending" | "confirmed" | "checked_in" | "checked_out" | "cancelled" | "no_show"
          stay?: never
          tax_amount?: number
          total_price?: number
          updated_at?: string
          user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "chalet_bookings_organization_id_cancellation_policy_id_fkey"
            columns: ["organization_id", "cancellation_policy_id"]
            isOneToOne: false
            referencedRelation: "cancellation_policies"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "chalet_bookings_organization_id_chalet_id_fkey"
            columns: ["organization_id", "chalet_id"]
            isOneToOne: false
            referencedRelation: "chalets"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "chalet_bookings_organization_id_customer_id_fkey"
            columns: ["organization_id", "customer_id"]
            isOneToOne: false
            referencedRelation: "customers"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "chalet_bookings_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "chalet_bookings_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "chalet_bookings_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "chalet_bookings_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      chalet_images: {
        Row: {
          alt: string | null
          chalet_id: string
          created_at: string
          id: string
          is_cover: boolean
          organization_id: string
          rank: number
          url: string
        }
        Insert: {
          alt?: string | null
          chalet_id?: string
          created_at?: string
          id?: string
          is_cover?: boolean
          organization_id?: string
          rank?: number
          url: string
        }
        Update: {
          alt?: string | null
          chalet_id?: string
          created_at?: string
          id?: string
          is_cover?: boolean
          organization_id?: string
          rank?: number
          url?: string
        }
        Relationships: [
          {
            foreignKeyName: "chalet_images_organization_id_chalet_id_fkey"
            columns: ["organization_id", "chalet_id"]
            isOneToOne: false
            referencedRelation: "chalets"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "chalet_images_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "chalet_images_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      chalets: {
        Row: {
          base_price: number
          bathrooms: number
          bedrooms: number
          cancellation_policy_id: string | null
          capacity: number
          check_in_time: string
          check_out_time: string
          created_at: string
          deposit_percent: number
          description: string | null
          hold_minutes: number
          id: string
          is_active: boolean
          location: Json | null
          max_nights: number
          min_nights: number
          name: string
          organization_id: string
          rank: number
          status: "active" | "maintenance" | "inactive"
          tax_rate: number | null
          updated_at: string
          weekend_days: number[]
          weekend_price: number | null
        }
        Insert: {
          base_price?: number
          bathrooms?: number
          bedrooms?: number
          cancellation_policy_id?: string | null
          capacity: number
          check_in_time?: string
          check_out_time?: string
          created_at?: string
          deposit_percent?: number
          description?: string | null
          hold_minutes?: number
          id?: string
          is_active?: boolean
          location?: Json | null
          max_nights?: number
          min_nights?: number
          name: string
          organization_id?: string
          rank?: number
          status?: "active" | "maintenance" | "inactive"
          tax_rate?: number | null
          updated_at?: string
          weekend_days?: number[]
          weekend_price?: number | null
        }
        Update: {
          base_price?: number
          bathrooms?: number
          bedrooms?: number
          cancellation_policy_id?: string | null
          capacity?: number
          check_in_time?: string
          check_out_time?: string
          created_at?: string
          deposit_percent?: number
          description?: string | null
          hold_minutes?: number
          id?: string
          is_active?: boolean
          location?: Json | null
          max_nights?: number
          min_nights?: number
          name?: string
          organization_id?: string
          rank?: number
          status?: "active" | "maintenance" | "inactive"
          tax_rate?: number | null
          updated_at?: string
          weekend_days?: number[]
          weekend_price?: number | null
        }
        Relationships: [
          {
            foreignKeyName: "chalets_organization_id_cancellation_policy_id_fkey"
            columns: ["organization_id", "cancellation_policy_id"]
            isOneToOne: false
            referencedRelation: "cancellation_policies"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "chalets_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "chalets_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      customer_stats: {
        Row: {
          bookings: number
          cancelled: number
          changed_by: string
          customer_id: string
          first_visit: string | null
          last_visit: string | null
          no_shows: number
          organization_id: string
          players: number
          spent: number
          spent_hundredths: number
          visits: number
        }
        Insert: {
          bookings?: number
          cancelled?: number
          changed_by?: string
          customer_id: string
          first_visit?: string | null
          last_visit?: string | null
          no_shows?: number
          organization_id: string
          players?: number
          spent?: number
          spent_hundredths?: never
          visits?: number
        }
        Update: {
          bookings?: number
          cancelled?: number
          changed_by?: string
          customer_id?: string
          first_visit?: string | null
          last_visit?: string | null
          no_shows?: number
          organization_id?: string
          players?: number
          spent?: number
          spent_hundredths?: never
          visits?: number
        }
        Relationships: [
          {
            foreignKeyName: "customer_stats_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "customer_stats_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      customers: {
        Row: {
          contact_claimed: boolean
          created_at: string
          date_of_birth: string | null
          deleted_at: string | null
          email: string | null
          erased_at: string | null
          first_name: string | null
          full_name: string
          id: string
          last_name: string | null
          locale: string | null
          loyalty_points: number
          marketing_consent: boolean
          merged_into: string | null
          metadata: Json
          notes: string | null
          organization_id: string
          phone: string | null
          tags: string[]
          updated_at: string
          user_id: string | null
        }
        Insert: {
          contact_claimed?: boolean
          created_at?: string
          date_of_birth?: string | null
          deleted_at?: string | null
          email?: string | null
          erased_at?: string | null
          first_name?: string | null
          full_name: string
          id?: string
          last_name?: string | null
          locale?: string | null
          loyalty_points?: number
          marketing_consent?: boolean
          merged_into?: string | null
          metadata?: Json
          notes?: string | null
          organization_id?: string
          phone?: string | null
          tags?: string[]
          updated_at?: string
          user_id?: string | null
        }
        Update: {
          contact_claimed?: boolean
          created_at?: string
          date_of_birth?: string | null
          deleted_at?: string | null
          email?: string | null
          erased_at?: string | null
          first_name?: string | null
          full_name?: string
          id?: string
          last_name?: string | null
          locale?: string | null
          loyalty_points?: number
          marketing_consent?: boolean
          merged_into?: string | null
          metadata?: Json
          notes?: string | null
          organization_id?: string
          phone?: string | null
          tags?: string[]
          updated_at?: string
          user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "customers_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "customers_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "customers_organization_id_merged_into_fkey"
            columns: ["organization_id", "merged_into"]
            isOneToOne: false
            referencedRelation: "customers"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "customers_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "customers_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      dunning_steps: {
        Row: {
          action: "retry" | "tell" | "pause" | "give_up"
          after_hours: number
          created_at: string
          id: string
          kind: "charge" | "subscription"
          organization_id: string
          step: number
          updated_at: string
        }
        Insert: {
          action: "retry" | "tell" | "pause" | "give_up"
          after_hours: number
          created_at?: string
          id?: string
          kind: "charge" | "subscription"
          organization_id?: string
          step: number
          updated_at?: string
        }
        Update: {
          action?: "retry" | "tell" | "pause" | "give_up"
          after_hours?: number
          created_at?: string
          id?: string
          kind?: "charge" | "subscription"
          organization_id?: string
          step?: number
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "dunning_steps_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "dunning_steps_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      flow_states: {
        Row: {
          auth_code_issued_at: string | null
          authentication_method: string
          code_challenge: string | null
          code_challenge_method: "s256" | "plain" | null
          created_at: string
          expires_at: string
          id: string
          linking_user_id: string | null
          metadata: Json
          provider: string | null
          redirect_to: string | null
          updated_at: string
          user_id: string | null
        }
        Insert: {
          auth_code_issued_at?: string | null
          authentication_method?: string
          code_challenge?: string | null
          code_challenge_method?: "s256" | "plain" | null
          created_at?: string
          expires_at?: string
          id?: string
          linking_user_id?: string | null
          metadata?: Json
          provider?: string | null
          redirect_to?: string | null
          updated_at?: string
          user_id?: string | null
        }
        Update: {
          auth_code_issued_at?: string | null
          authentication_method?: string
          code_challenge?: string | null
          code_challenge_method?: "s256" | "plain" | null
          created_at?: string
          expires_at?: string
          id?: string
          linking_user_id?: string | null
          metadata?: Json
          provider?: string | null
          redirect_to?: string | null
          updated_at?: string
          user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "flow_states_linking_user_id_fkey"
            columns: ["linking_user_id"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "flow_states_linking_user_id_fkey"
            columns: ["linking_user_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "flow_states_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "flow_states_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      folio_items: {
        Row: {
          booking_id: string
          booking_type: string
          created_at: string
          created_by: string | null
          folio_id: string
          id: string
          organization_id: string
        }
        Insert: {
          booking_id: string
          booking_type: string
          created_at?: string
          created_by?: string | null
          folio_id: string
          id?: string
          organization_id: string
        }
        Update: {
          booking_id?: string
          booking_type?: string
          created_at?: string
          created_by?: string | null
          folio_id?: string
          id?: string
          organization_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "folio_items_booking_type_fkey"
            columns: ["booking_type"]
            isOneToOne: false
            referencedRelation: "booking_types"
            referencedColumns: ["name"]
          },
          {
            foreignKeyName: "folio_items_created_by_fkey"
            columns: ["created_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "folio_items_created_by_fkey"
            columns: ["created_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "folio_items_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "folio_items_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "folio_items_organization_id_folio_id_fkey"
            columns: ["organization_id", "folio_id"]
            isOneToOne: false
            referencedRelation: "folios"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      folios: {
        Row: {
          created_at: string
          created_by: string | null
          customer_id: string | null
          id: string
          organization_id: string
          settled_at: string | null
          status: "open" | "settled"
          title: string
          updated_at: string
          user_id: string | null
        }
        Insert: {
          created_at?: string
          created_by?: string | null
          customer_id?: string | null
          id?: string
          organization_id?: string
          settled_at?: string | null
          status?: "open" | "settled"
          title: string
          updated_at?: string
          user_id?: string | null
        }
        Update: {
          created_at?: string
          created_by?: string | null
          customer_id?: string | null
          id?: string
          organization_id?: string
          settled_at?: string | null
          status?: "open" | "settled"
          title?: string
          updated_at?: string
          user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "folios_created_by_fkey"
            columns: ["created_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "folios_created_by_fkey"
            columns: ["created_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "folios_organization_id_customer_id_fkey"
            columns: ["organization_id", "customer_id"]
            isOneToOne: false
            referencedRelation: "customers"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "folios_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "folios_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "folios_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "folios_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      game_slots: {
        Row: {
          capacity: number
          created_at: string
          free_from: string
          game_id: string
          id: string
          occupies: string | null
          organization_id: string
          seats_taken: number
          starts_at: string
          updated_at: string
          venue_id: string
        }
        Insert: {
          capacity: number
          created_at?: string
          free_from: string
          game_id: string
          id?: string
          occupies?: never
          organization_id: string
          seats_taken?: number
          starts_at: string
          updated_at?: string
          venue_id: string
        }
        Update: {
          capacity?: number
          created_at?: string
          free_from?: string
          game_id?: string
          id?: string
          occupies?: never
          organization_id?: string
          seats_taken?: number
          starts_at?: string
          updated_at?: string
          venue_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "game_slots_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "game_slots_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "game_slots_organization_id_game_id_fkey"
            columns: ["organization_id", "game_id"]
            isOneToOne: false
            referencedRelation: "games"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "game_slots_organization_id_venue_id_fkey"
            columns: ["organization_id", "venue_id"]
            isOneToOne: false
            referencedRelation: "venues"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      game_venues: {
        Row: {
          created_at: string
          display_order: number
          game_id: string
          id: string
          is_active: boolean
          organization_id: string
          price: number | null
          ticket_types: Json | null
          updated_at: string
          venue_id: string
        }
        Insert: {
          created_at?: string
          display_order?: number
          game_id: string
          id?: string
          is_active?: boolean
          organization_id?: string
          price?: number | null
          ticket_types?: Json | null
          updated_at?: string
          venue_id?: string
        }
        Update: {
          created_at?: string
          display_order?: number
          game_id?: string
          id?: string
          is_active?: boolean
          organization_id?: string
          price?: number | null
          ticket_types?: Json | null
          updated_at?: string
          venue_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "game_venues_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "game_venues_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "game_venues_organization_id_game_id_fkey"
            columns: ["organization_id", "game_id"]
            isOneToOne: false
            referencedRelation: "games"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "game_venues_organization_id_venue_id_fkey"
            columns: ["organization_id", "venue_id"]
            isOneToOne: false
            referencedRelation: "venues"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      games: {
        Row: {
          booking_mode: "private" | "shared"
          buffer_minutes: number
          category: string | null
          created_at: string
          created_by: string | null
          deleted_at: string | null
          deposit_percent: number
          description: string | null
          difficulty: number | null
          duration_minutes: number
          id: string
          image_url: string | null
          images: Json
          is_active: boolean
          max_advance_days: number
          max_players: number
          min_age: number | null
          min_notice_minutes: number
          min_players: number
          name: string
          organization_id: string
          price: number
          price_model: "per_person" | "per_group" | "ticket_types"
          requires_waiver: boolean
          settings: Json
          slot_interval_minutes: number | null
          slug: string | null
          tagline: string | null
          tax_rate: number | null
          ticket_types: Json
          updated_at: string
        }
        Insert: {
          booking_mode?: "private" | "shared"
          buffer_minutes?: number
          category?: string | null
          created_at?: string
          created_by?: string | null
          deleted_at?: string | null
          deposit_percent?: number
          description?: string | null
          difficulty?: number | null
          duration_minutes?: number
          id?: string
          image_url?: string | null
          images?: Json
          is_active?: boolean
          max_advance_days?: number
          max_players?: number
          min_age?: number | null
          min_notice_minutes?: number
          min_players?: number
          name: string
          organization_id?: string
          price?: number
          price_model?: "per_person" | "per_group" | "ticket_types"
          requires_waiver?: boolean
          settings?: Json
          slot_interval_minutes?: number | null
          slug?: string | null
          tagline?: string | null
          tax_rate?: number | null
          ticket_types?: Json
          updated_at?: string
        }
        Update: {
          booking_mode?: "private" | "shared"
          buffer_minutes?: number
          category?: string | null
          created_at?: string
          created_by?: string | null
          deleted_at?: string | null
          deposit_percent?: number
          description?: string | null
          difficulty?: number | null
          duration_minutes?: number
          id?: string
          image_url?: string | null
          images?: Json
          is_active?: boolean
          max_advance_days?: number
          max_players?: number
          min_age?: number | null
          min_notice_minutes?: number
          min_players?: number
          name?: string
          organization_id?: string
          price?: number
          price_model?: "per_person" | "per_group" | "ticket_types"
          requires_waiver?: boolean
          settings?: Json
          slot_interval_minutes?: number | null
          slug?: string | null
          tagline?: string | null
          tax_rate?: number | null
          ticket_types?: Json
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "games_created_by_fkey"
            columns: ["created_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "games_created_by_fkey"
            columns: ["created_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "games_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "games_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      guest_pass_usage: {
        Row: {
          created_at: string
          customer_id: string | null
          guest_names: string | null
          guests: number
          id: string
          membership_id: string
          organization_id: string
          returned_at: string | null
          ticket_id: string
          updated_at: string
          used_by: string | null
          used_on: string
        }
        Insert: {
          created_at?: string
          customer_id?: string | null
          guest_names?: string | null
          guests: number
          id?: string
          membership_id?: string
          organization_id?: string
          returned_at?: string | null
          ticket_id: string
          updated_at?: string
          used_by?: string | null
          used_on: string
        }
        Update: {
          created_at?: string
          customer_id?: string | null
          guest_names?: string | null
          guests?: number
          id?: string
          membership_id?: string
          organization_id?: string
          returned_at?: string | null
          ticket_id?: string
          updated_at?: string
          used_by?: string | null
          used_on?: string
        }
        Relationships: [
          {
            foreignKeyName: "guest_pass_usage_organization_id_customer_id_fkey"
            columns: ["organization_id", "customer_id"]
            isOneToOne: false
            referencedRelation: "customers"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "guest_pass_usage_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "guest_pass_usage_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "guest_pass_usage_organization_id_membership_id_fkey"
            columns: ["organization_id", "membership_id"]
            isOneToOne: false
            referencedRelation: "pool_memberships"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "guest_pass_usage_organization_id_ticket_id_fkey"
            columns: ["organization_id", "ticket_id"]
            isOneToOne: true
            referencedRelation: "pool_tickets"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      hook_endpoints: {
        Row: {
          created_at: string
          id: string
          is_active: boolean
          name: string
          organization_id: string
          provider: string
          updated_at: string
        }
        Insert: {
          created_at?: string
          id?: string
          is_active?: boolean
          name: string
          organization_id?: string
          provider: string
          updated_at?: string
        }
        Update: {
          created_at?: string
          id?: string
          is_active?: boolean
          name?: string
          organization_id?: string
          provider?: string
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "hook_endpoints_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "hook_endpoints_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      ical_exports: {
        Row: {
          chalet_id: string
          created_at: string
          except_import_id: string | null
          id: string
          is_active: boolean
          name: string
          organization_id: string
          token: string
          updated_at: string
        }
        Insert: {
          chalet_id?: string
          created_at?: string
          except_import_id?: string | null
          id?: string
          is_active?: boolean
          name?: string
          organization_id?: string
          token?: string
          updated_at?: string
        }
        Update: {
          chalet_id?: string
          created_at?: string
          except_import_id?: string | null
          id?: string
          is_active?: boolean
          name?: string
          organization_id?: string
          token?: string
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "ical_exports_organization_id_chalet_id_fkey"
            columns: ["organization_id", "chalet_id"]
            isOneToOne: false
            referencedRelation: "chalets"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "ical_exports_organization_id_except_import_id_fkey"
            columns: ["organization_id", "except_import_id"]
            isOneToOne: false
            referencedRelation: "ical_imports"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "ical_exports_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "ical_exports_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      ical_imports: {
        Row: {
          chalet_id: string
          created_at: string
          etag: string | null
          events_seen: number | null
          id: string
          is_active: boolean
          last_error: string | null
          last_synced_at: string | null
          name: string
          next_sync_at: string
          organization_id: string
          problem_told_at: string | null
          sync_minutes: number
          updated_at: string
          url: string
        }
        Insert: {
          chalet_id?: string
          created_at?: string
          etag?: string | null
          events_seen?: number | null
          id?: string
          is_active?: boolean
          last_error?: string | null
          last_synced_at?: string | null
          name: string
          next_sync_at?: string
          organization_id?: string
          problem_told_at?: string | null
          sync_minutes?: number
          updated_at?: string
          url: string
        }
        Update: {
          chalet_id?: string
          created_at?: string
          etag?: string | null
          events_seen?: number | null
          id?: string
          is_active?: boolean
          last_error?: string | null
          last_synced_at?: string | null
          name?: string
          next_sync_at?: string
          organization_id?: string
          problem_told_at?: string | null
          sync_minutes?: number
          updated_at?: string
          url?: string
        }
        Relationships: [
          {
            foreignKeyName: "ical_imports_organization_id_chalet_id_fkey"
            columns: ["organization_id", "chalet_id"]
            isOneToOne: false
            referencedRelation: "chalets"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "ical_imports_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "ical_imports_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      idempotency_keys: {
        Row: {
          created_at: string
          expires_at: string
          headers: Json | null
          key: string
          method: string
          path: string
          request_hash: string
          scope: string
          status: number | null
        }
        Insert: {
          created_at?: string
          expires_at?: string
          headers?: Json | null
          key: string
          method: string
          path: string
          request_hash: string
          scope: string
          status?: number | null
        }
        Update: {
          created_at?: string
          expires_at?: string
          headers?: Json | null
          key?: string
          method?: string
          path?: string
          request_hash?: string
          scope?: string
          status?: number | null
        }
        Relationships: []
      }
      ingredient_units: {
        Row: {
          created_at: string
          factor: number
          ingredient_id: string
          organization_id: string
          unit: string
        }
        Insert: {
          created_at?: string
          factor: number
          ingredient_id?: string
          organization_id?: string
          unit: string
        }
        Update: {
          created_at?: string
          factor?: number
          ingredient_id?: string
          organization_id?: string
          unit?: string
        }
        Relationships: [
          {
            foreignKeyName: "ingredient_units_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "ingredient_units_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "ingredient_units_organization_id_ingredient_id_fkey"
            columns: ["organization_id", "ingredient_id"]
            isOneToOne: false
            referencedRelation: "ingredients"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      ingredients: {
        Row: {
          allergens: Json
          average_cost: number
          category: string | null
          created_at: string
          id: string
          iiko_id: string | null
          is_active: boolean
          last_cost: number | null
          name: string
          organization_id: string
          reorder_level: number
          unit: "g" | "ml" | "piece"
          updated_at: string
          waste_percent: number
        }
        Insert: {
          allergens?: Json
          average_cost?: number
          category?: string | null
          created_at?: string
          id?: string
          iiko_id?: string | null
          is_active?: boolean
          last_cost?: number | null
          name: string
          organization_id?: string
          reorder_level?: number
          unit: "g" | "ml" | "piece"
          updated_at?: string
          waste_percent?: number
        }
        Update: {
          allergens?: Json
          average_cost?: number
          category?: string | null
          created_at?: string
          id?: string
          iiko_id?: string | null
          is_active?: boolean
          last_cost?: number | null
          name?: string
          organization_id?: string
          reorder_level?: number
          unit?: "g" | "ml" | "piece"
          updated_at?: string
          waste_percent?: number
        }
        Relationships: [
          {
            foreignKeyName: "ingredients_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "ingredients_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      integration_credentials: {
        Row: {
          base_url: string | null
          connection_error: string | null
          connection_status: "connected" | "failed" | "unknown" | null
          created_at: string
          id: string
          integration_type: string
          is_active: boolean
          last_connected_at: string | null
          organization_id: string
          settings: Json
          updated_at: string
        }
        Insert: {
          base_url?: string | null
          connection_error?: string | null
          connection_status?: "connected" | "failed" | "unknown" | null
          created_at?: string
          id?: string
          integration_type: string
          is_active?: boolean
          last_connected_at?: string | null
          organization_id: string
          settings?: Json
          updated_at?: string
        }
        Update: {
          base_url?: string | null
          connection_error?: string | null
          connection_status?: "connected" | "failed" | "unknown" | null
          created_at?: string
          id?: string
          integration_type?: string
          is_active?: boolean
          last_connected_at?: string | null
          organization_id?: string
          settings?: Json
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "integration_credentials_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "integration_credentials_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      invoice_lines: {
        Row: {
          base_quantity: number | null
          created_at: string
          decimals: number
          description: string | null
          id: string
          ingredient_id: string | null
          invoice_id: string
          net_amount: number
          organization_id: string
          price_change_percent: number | null
          quantity: number
          tax_amount: number
          tax_rate: number
          unit: string
          unit_price: number
          updated_at: string
        }
        Insert: {
          base_quantity?: number | null
          created_at?: string
          decimals?: number
          description?: string | null
          id?: string
          ingredient_id?: string | null
          invoice_id?: string
          net_amount?: never
          organization_id?: string
          price_change_percent?: number | null
          quantity: number
          tax_amount?: never
          tax_rate?: number
          unit: string
          unit_price: number
          updated_at?: string
        }
        Update: {
          base_quantity?: number | null
          created_at?: string
          decimals?: number
          description?: string | null
          id?: string
          ingredient_id?: string | null
          invoice_id?: string
          net_amount?: never
          organization_id?: string
          price_change_percent?: number | null
          quantity?: number
          tax_amount?: never
          tax_rate?: number
          unit?: string
          unit_price?: number
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "invoice_lines_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "invoice_lines_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "invoice_lines_organization_id_ingredient_id_fkey"
            columns: ["organization_id", "ingredient_id"]
            isOneToOne: false
            referencedRelation: "ingredients"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "invoice_lines_organization_id_invoice_id_fkey"
            columns: ["organization_id", "invoice_id"]
            isOneToOne: false
            referencedRelation: "invoices"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      invoice_series: {
        Row: {
          created_at: string
          id: string
          kind: "invoice" | "credit_note"
          last_issued_at: string | null
          last_number: number
          organization_id: string
          year: number
        }
        Insert: {
          created_at?: string
          id?: string
          kind: "invoice" | "credit_note"
          last_issued_at?: string | null
          last_number?: number
          organization_id: string
          year: number
        }
        Update: {
          created_at?: string
          id?: string
          kind?: "invoice" | "credit_note"
          last_issued_at?: string | null
          last_number?: number
          organization_id?: string
          year?: number
        }
        Relationships: [
          {
            foreignKeyName: "invoice_series_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "invoice_series_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      invoices: {
        Row: {
          created_at: string
          created_by: string | null
          currency: string | null
          due_date: string | null
          id: string
          invoice_date: string
          media_id: string | null
          net_amount: number
          notes: string | null
          number: string
          organization_id: string
          paid_at: string | null
          received_at: string | null
          received_by: string | null
          status: "draft" | "received" | "paid" | "cancelled"
          store_id: string
          supplier_id: string
          tax_amount: number
          total_amount: number
          updated_at: string
        }
        Insert: {
          created_at?: string
          created_by?: string | null
          currency?: string | null
          due_date?: string | null
          id?: string
          invoice_date: string
          media_id?: string | null
          net_amount?: number
          notes?: string | null
          number: string
          organization_id?: string
          paid_at?: string | null
          received_at?: string | null
          received_by?: string | null
          status?: "draft" | "received" | "paid" | "cancelled"
          store_id: string
          supplier_id?: string
          tax_amount?: number
          total_amount?: never
          updated_at?: string
        }
        Update: {
          created_at?: string
          created_by?: string | null
          currency?: string | null
          due_date?: string | null
          id?: string
          invoice_date?: string
          media_id?: string | null
          net_amount?: number
          notes?: string | null
          number?: string
          organization_id?: string
          paid_at?: string | null
          received_at?: string | null
          received_by?: string | null
          status?: "draft" | "received" | "paid" | "cancelled"
          store_id?: string
          supplier_id?: string
          tax_amount?: number
          total_amount?: never
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "invoices_created_by_fkey"
            columns: ["created_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "invoices_created_by_fkey"
            columns: ["created_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "invoices_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "invoices_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "invoices_organization_id_media_id_fkey"
            columns: ["organization_id", "media_id"]
            isOneToOne: false
            referencedRelation: "media"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "invoices_organization_id_store_id_fkey"
            columns: ["organization_id", "store_id"]
            isOneToOne: false
            referencedRelation: "store"
            referencedColumns: ["account_id", "id"]
          },
          {
            foreignKeyName: "invoices_organization_id_store_id_fkey"
            columns: ["organization_id", "store_id"]
            isOneToOne: false
            referencedRelation: "stores"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "invoices_organization_id_supplier_id_fkey"
            columns: ["organization_id", "supplier_id"]
            isOneToOne: false
            referencedRelation: "suppliers"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "invoices_received_by_fkey"
            columns: ["received_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "invoices_received_by_fkey"
            columns: ["received_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      kitchen_order_items: {
        Row: {
          allergens: Json
          created_at: string
          customer_name: string | null
          id: string
          kitchen_order_id: string
          menu_item_id: string | null
          modifiers: Json
          name: string
          note: string | null
          order_line_id: string | null
          organization_id: string
          quantity: number
          restaurant_id: string
          status: "pending" | "ready" | "cancelled"
          updated_at: string
        }
        Insert: {
          allergens?: Json
          created_at?: string
          customer_name?: string | null
          id?: string
          kitchen_order_id?: string
          menu_item_id?: string | null
          modifiers?: Json
          name: string
          note?: string | null
          order_line_id?: string | null
          organization_id?: string
          quantity: number
          restaurant_id?: string
          status?: "pending" | "ready" | "cancelled"
          updated_at?: string
        }
        Update: {
          allergens?: Json
          created_at?: string
          customer_name?: string | null
          id?: string
          kitchen_order_id?: string
          menu_item_id?: string | null
          modifiers?: Json
          name?: string
          note?: string | null
          order_line_id?: string | null
          organization_id?: string
          quantity?: number
          restaurant_id?: string
          status?: "pending" | "ready" | "cancelled"
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "kitchen_order_items_order_line_id_fkey"
            columns: ["order_line_id"]
            isOneToOne: true
            referencedRelation: "order_lines"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "kitchen_order_items_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "kitchen_order_items_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "kitchen_order_items_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurant"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "kitchen_order_items_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurants"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "kitchen_order_items_restaurant_id_kitchen_order_id_fkey"
            columns: ["restaurant_id", "kitchen_order_id"]
            isOneToOne: false
            referencedRelation: "kitchen_orders"
            referencedColumns: ["restaurant_id", "id"]
          },
          {
            foreignKeyName: "kitchen_order_items_restaurant_id_menu_item_id_fkey"
            columns: ["restaurant_id", "menu_item_id"]
            isOneToOne: false
            referencedRelation: "menu_items"
            referencedColumns: ["restaurant_id", "id"]
          },
        ]
      }
      kitchen_orders: {
        Row: {
          business_date: string
          cancellation_reason: string | null
          cancelled_at: string | null
          completed_at: string | null
          completed_by: string | null
          course: number
          created_at: string
          created_by: string | null
          customer_name: string | null
          fired_at: string | null
          held: boolean
          id: string
          kitchen_notes: string | null
          order_id: string | null
          order_number: string
          organization_id: string
          ready_at: string | null
          ready_by: string | null
          restaurant_id: string
          session_id: string | null
          started_at: string | null
          started_by: string | null
          station: string
          status: "pending" | "cooking" | "ready" | "completed" | "cancelled"
          table_id: string | null
          target_at: string | null
          updated_at: string
        }
        Insert: {
          business_date?: string
          cancellation_reason?: string | null
          cancelled_at?: string | null
          completed_at?: string | null
          completed_by?: string | null
          course?: number
          created_at?: string
          created_by?: string | null
          customer_name?: string | null
          fired_at?: string | null
          held?: boolean
          id?: string
          kitchen_notes?: string | null
          order_id?: string | null
          order_number?: string
          organization_id?: string
          ready_at?: string | null
          ready_by?: string | null
          restaurant_id?: string
          session_id?: string | null
          started_at?: string | null
          started_by?: string | null
          station?: string
          status?: "pending" | "cooking" | "ready" | "completed" | "cancelled"
          table_id?: string | null
          target_at?: string | null
          updated_at?: string
        }
        Update: {
          business_date?: string
          cancellation_reason?: string | null
          cancelled_at?: string | null
          completed_at?: string | null
          completed_by?: string | null
          course?: number
          created_at?: string
          created_by?: string | null
          customer_name?: string | null
          fired_at?: string | null
          held?: boolean
          id?: string
          kitchen_notes?: string | null
          order_id?: string | null
          order_number?: string
          organization_id?: string
          ready_at?: string | null
          ready_by?: string | null
          restaurant_id?: string
          session_id?: string | null
          started_at?: string | null
          started_by?: string | null
          station?: string
          status?: "pending" | "cooking" | "ready" | "completed" | "cancelled"
          table_id?: string | null
          target_at?: string | null
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "kitchen_orders_completed_by_fkey"
            columns: ["completed_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "kitchen_orders_completed_by_fkey"
            columns: ["completed_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "kitchen_orders_created_by_fkey"
            columns: ["created_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "kitchen_orders_created_by_fkey"
            columns: ["created_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "kitchen_orders_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "kitchen_orders_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "kitchen_orders_ready_by_fkey"
            columns: ["ready_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "kitchen_orders_ready_by_fkey"
            columns: ["ready_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "kitchen_orders_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurant"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "kitchen_orders_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurants"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "kitchen_orders_restaurant_id_order_id_fkey"
            columns: ["restaurant_id", "order_id"]
            isOneToOne: false
            referencedRelation: "orders"
            referencedColumns: ["restaurant_id", "id"]
          },
          {
            foreignKeyName: "kitchen_orders_restaurant_id_table_id_fkey"
            columns: ["restaurant_id", "table_id"]
            isOneToOne: false
            referencedRelation: "restaurant_tables"
            referencedColumns: ["restaurant_id", "id"]
          },
          {
            foreignKeyName: "kitchen_orders_session_id_fkey"
            columns: ["session_id"]
            isOneToOne: false
            referencedRelation: "table_sessions"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "kitchen_orders_started_by_fkey"
            columns: ["started_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "kitchen_orders_started_by_fkey"
            columns: ["started_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      media: {
        Row: {
          alt_text: string | null
          bucket: string
          caption: string | null
          created_at: string
          deleted_at: string | null
          file_name: string
          folder: string | null
          height: number | null
          id: string
          is_public: boolean
          metadata: Json
          mime_type: string
          organization_id: string
          path: string
          sha256: string | null
          size_bytes: number
          tags: string[]
          updated_at: string
          uploaded_by: string | null
          width: number | null
        }
        Insert: {
          alt_text?: string | null
          bucket?: string
          caption?: string | null
          created_at?: string
          deleted_at?: string | null
          file_name: string
          folder?: string | null
          height?: number | null
          id?: string
          is_public?: boolean
          metadata?: Json
          mime_type: string
          organization_id?: string
          path: string
          sha256?: string | null
          size_bytes: number
          tags?: string[]
          updated_at?: string
          uploaded_by?: string | null
          width?: number | null
        }
        Update: {
          alt_text?: string | null
          bucket?: string
          caption?: string | null
          created_at?: string
          deleted_at?: string | null
          file_name?: string
          folder?: string | null
          height?: number | null
          id?: string
          is_public?: boolean
          metadata?: Json
          mime_type?: string
          organization_id?: string
          path?: string
          sha256?: string | null
          size_bytes?: number
          tags?: string[]
          updated_at?: string
          uploaded_by?: string | null
          width?: number | null
        }
        Relationships: [
          {
            foreignKeyName: "media_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "media_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "media_uploaded_by_fkey"
            columns: ["uploaded_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "media_uploaded_by_fkey"
            columns: ["uploaded_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      membership_members: {
        Row: {
          created_at: string
          customer_id: string | null
          date_of_birth: string | null
          full_name: string
          id: string
          is_active: boolean
          is_holder: boolean
          membership_id: string
          organization_id: string
          qr_code: string | null
          updated_at: string
        }
        Insert: {
          created_at?: string
          customer_id?: string | null
          date_of_birth?: string | null
          full_name: string
          id?: string
          is_active?: boolean
          is_holder?: boolean
          membership_id?: string
          organization_id?: string
          qr_code?: string | null
          updated_at?: string
        }
        Update: {
          created_at?: string
          customer_id?: string | null
          date_of_birth?: string | null
          full_name?: string
          id?: string
          is_active?: boolean
          is_holder?: boolean
          membership_id?: string
          organization_id?: string
          qr_code?: string | null
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "membership_members_organization_id_customer_id_fkey"
            columns: ["organization_id", "customer_id"]
            isOneToOne: false
            referencedRelation: "customers"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "membership_members_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "membership_members_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "membership_members_organization_id_membership_id_fkey"
            columns: ["organization_id", "membership_id"]
            isOneToOne: false
            referencedRelation: "pool_memberships"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      membership_periods: {
        Row: {
          amount: number
          created_at: string
          ends_on: string
          explanation: string | null
          guest_passes: number
          id: string
          membership_id: string
          organization_id: string
          paid_at: string | null
          paused_days: number
          starts_on: string
          status: "due" | "paid" | "void"
          updated_at: string
        }
        Insert: {
          amount?: number
          created_at?: string
          ends_on: string
          explanation?: string | null
          guest_passes?: number
          id?: string
          membership_id?: string
          organization_id?: string
          paid_at?: string | null
          paused_days?: number
          starts_on?: string
          status?: "due" | "paid" | "void"
          updated_at?: string
        }
        Update: {
          amount?: number
          created_at?: string
          ends_on?: string
          explanation?: string | null
          guest_passes?: number
          id?: string
          membership_id?: string
          organization_id?: string
          paid_at?: string | null
          paused_days?: number
          starts_on?: string
          status?: "due" | "paid" | "void"
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "membership_periods_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "membership_periods_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "membership_periods_organization_id_membership_id_fkey"
            columns: ["organization_id", "membership_id"]
            isOneToOne: false
            referencedRelation: "pool_memberships"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      menu_categories: {
        Row: {
          created_at: string
          description: string | null
          id: string
          iiko_id: string | null
          is_active: boolean
          name: string
          organization_id: string
          rank: number
          restaurant_id: string
          updated_at: string
        }
        Insert: {
          created_at?: string
          description?: string | null
          id?: string
          iiko_id?: string | null
          is_active?: boolean
          name: string
          organization_id?: string
          rank?: number
          restaurant_id?: string
          updated_at?: string
        }
        Update: {
          created_at?: string
          description?: string | null
          id?: string
          iiko_id?: string | null
          is_active?: boolean
          name?: string
          organization_id?: string
          rank?: number
          restaurant_id?: string
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "menu_categories_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "menu_categories_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "menu_categories_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurant"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "menu_categories_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurants"
            referencedColumns: ["id"]
          },
        ]
      }
      menu_item_modifier_groups: {
        Row: {
          created_at: string
          menu_item_id: string
          modifier_group_id: string
          organization_id: string
          rank: number
          restaurant_id: string
        }
        Insert: {
          created_at?: string
          menu_item_id?: string
          modifier_group_id: string
          organization_id?: string
          rank?: number
          restaurant_id?: string
        }
        Update: {
          created_at?: string
          menu_item_id?: string
          modifier_group_id?: string
          organization_id?: string
          rank?: number
          restaurant_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "menu_item_modifier_groups_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "menu_item_modifier_groups_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "menu_item_modifier_groups_restaurant_id_menu_item_id_fkey"
            columns: ["restaurant_id", "menu_item_id"]
            isOneToOne: false
            referencedRelation: "menu_items"
            referencedColumns: ["restaurant_id", "id"]
          },
          {
            foreignKeyName: "menu_item_modifier_groups_restaurant_id_modifier_group_id_fkey"
            columns: ["restaurant_id", "modifier_group_id"]
            isOneToOne: false
            referencedRelation: "modifier_groups"
            referencedColumns: ["restaurant_id", "id"]
          },
        ]
      }
      menu_items: {
        Row: {
          allergens: Json
          category_id: string
          created_at: string
          description: string | null
          id: string
          iiko_id: string | null
          image_url: string | null
          is_active: boolean
          is_available: boolean
          name: string
          organization_id: string
          portions_left: number | null
          prep_time_minutes: number
          price: number
          restaurant_id: string
          sort_order: number
          station: string
          tags: string[]
          takeaway_tax_code: string | null
          takeaway_tax_rate: number | null
          tax_code: string | null
          tax_rate: number | null
          updated_at: string
        }
        Insert: {
          allergens?: Json
          category_id?: string
          created_at?: string
          description?: string | null
          id?: string
          iiko_id?: string | null
          image_url?: string | null
          is_active?: boolean
          is_available?: boolean
          name: string
          organization_id?: string
          portions_left?: number | null
          prep_time_minutes?: number
          price?: number
          restaurant_id?: string
          sort_order?: number
          station?: string
          tags?: string[]
          takeaway_tax_code?: string | null
          takeaway_tax_rate?: number | null
          tax_code?: string | null
          tax_rate?: number | null
          updated_at?: string
        }
        Update: {
          allergens?: Json
          category_id?: string
          created_at?: string
          description?: string | null
          id?: string
          iiko_id?: string | null
          image_url?: string | null
          is_active?: boolean
          is_available?: boolean
          name?: string
          organization_id?: string
          portions_left?: number | null
          prep_time_minutes?: number
          price?: number
          restaurant_id?: string
          sort_order?: number
          station?: string
          tags?: string[]
          takeaway_tax_code?: string | null
          takeaway_tax_rate?: number | null
          tax_code?: string | null
          tax_rate?: number | null
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "menu_items_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "menu_items_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "menu_items_restaurant_id_category_id_fkey"
            columns: ["restaurant_id", "category_id"]
            isOneToOne: false
            referencedRelation: "categories"
            referencedColumns: ["restaurant_id", "id"]
          },
          {
            foreignKeyName: "menu_items_restaurant_id_category_id_fkey"
            columns: ["restaurant_id", "category_id"]
            isOneToOne: false
            referencedRelation: "menu_categories"
            referencedColumns: ["restaurant_id", "id"]
          },
          {
            foreignKeyName: "menu_items_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurant"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "menu_items_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurants"
            referencedColumns: ["id"]
          },
        ]
      }
      mfa_challenges: {
        Row: {
          attempts: number
          created_at: string
          expires_at: string
          factor_id: string
          id: string
          ip_address: string | null
          verified_at: string | null
        }
        Insert: {
          attempts?: number
          created_at?: string
          expires_at?: string
          factor_id: string
          id?: string
          ip_address?: string | null
          verified_at?: string | null
        }
        Update: {
          attempts?: number
          created_at?: string
          expires_at?: string
          factor_id?: string
          id?: string
          ip_address?: string | null
          verified_at?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "mfa_challenges_factor_id_fkey"
            columns: ["factor_id"]
            isOneToOne: false
            referencedRelation: "mfa_factors"
            referencedColumns: ["id"]
          },
        ]
      }
      mfa_factors: {
        Row: {
          created_at: string
          factor_type: "totp" | "phone" | "webauthn"
          friendly_name: string | null
          id: string
          last_challenged_at: string | null
          last_used_step: number | null
          phone: string | null
          status: "unverified" | "verified"
          updated_at: string
          user_id: string
        }
        Insert: {
          created_at?: string
          factor_type?: "totp" | "phone" | "webauthn"
          friendly_name?: string | null
          id?: string
          last_challenged_at?: string | null
          last_used_step?: number | null
          phone?: string | null
          status?: "unverified" | "verified"
          updated_at?: string
          user_id: string
        }
        Update: {
          created_at?: string
          factor_type?: "totp" | "phone" | "webauthn"
          friendly_name?: string | null
          id?: string
          last_challenged_at?: string | null
          last_used_step?: number | null
          phone?: string | null
          status?: "unverified" | "verified"
          updated_at?: string
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "mfa_factors_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "mfa_factors_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      mfa_recovery_codes: {
        Row: {
          created_at: string
          id: string
          used_at: string | null
          user_id: string
        }
        Insert: {
          created_at?: string
          id?: string
          used_at?: string | null
          user_id: string
        }
        Update: {
          created_at?: string
          id?: string
          used_at?: string | null
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "mfa_recovery_codes_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "mfa_recovery_codes_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      modifier_groups: {
        Row: {
          created_at: string
          id: string
          is_active: boolean
          max_choices: number
          min_choices: number
          name: string
          organization_id: string
          rank: number
          restaurant_id: string
          updated_at: string
        }
        Insert: {
          created_at?: string
          id?: string
          is_active?: boolean
          max_choices?: number
          min_choices?: number
          name: string
          organization_id?: string
          rank?: number
          restaurant_id?: string
          updated_at?: string
        }
        Update: {
          created_at?: string
          id?: string
          is_active?: boolean
          max_choices?: number
          min_choices?: number
          name?: string
          organization_id?: string
          rank?: number
          restaurant_id?: string
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "modifier_groups_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "modifier_groups_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "modifier_groups_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurant"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "modifier_groups_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurants"
            referencedColumns: ["id"]
          },
        ]
      }
      modifiers: {
        Row: {
          adds_allergens: Json
          created_at: string
          group_id: string
          id: string
          is_active: boolean
          is_available: boolean
          is_default: boolean
          name: string
          organization_id: string
          price: number
          rank: number
          removes_allergens: Json
          restaurant_id: string
          updated_at: string
        }
        Insert: {
          adds_allergens?: Json
          created_at?: string
          group_id?: string
          id?: string
          is_active?: boolean
          is_available?: boolean
          is_default?: boolean
          name: string
          organization_id?: string
          price?: number
          rank?: number
          removes_allergens?: Json
          restaurant_id?: string
          updated_at?: string
        }
        Update: {
          adds_allergens?: Json
          created_at?: string
          group_id?: string
          id?: string
          is_active?: boolean
          is_available?: boolean
          is_default?: boolean
          name?: string
          organization_id?: string
          price?: number
          rank?: number
          removes_allergens?: Json
          restaurant_id?: string
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "modifiers_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "modifiers_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "modifiers_restaurant_id_group_id_fkey"
            columns: ["restaurant_id", "group_id"]
            isOneToOne: false
            referencedRelation: "modifier_groups"
            referencedColumns: ["restaurant_id", "id"]
          },
        ]
      }
      notification_settings: {
        Row: {
          chat: boolean
          created_at: string
          email: boolean
          in_app: boolean
          muted_types: string[]
          organization_id: string | null
          quiet_from: string | null
          quiet_until: string | null
          sms: boolean
          timezone: string
          updated_at: string
          user_id: string
        }
        Insert: {
          chat?: boolean
          created_at?: string
          email?: boolean
          in_app?: boolean
          muted_types?: string[]
          organization_id?: string | null
          quiet_from?: string | null
          quiet_until?: string | null
          sms?: boolean
          timezone?: string
          updated_at?: string
          user_id?: string
        }
        Update: {
          chat?: boolean
          created_at?: string
          email?: boolean
          in_app?: boolean
          muted_types?: string[]
          organization_id?: string | null
          quiet_from?: string | null
          quiet_until?: string | null
          sms?: boolean
          timezone?: string
          updated_at?: string
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "notification_settings_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "notification_settings_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "notification_settings_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: true
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "notification_settings_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: true
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      notifications: {
        Row: {
          created_at: string
          data: Json
          id: string
          is_read: boolean
          key: string | null
          link: string | null
          message: string | null
          organization_id: string | null
          priority: "low" | "medium" | "high" | "critical"
          read_at: string | null
          title: string
          type: string
          updated_at: string
          user_id: string
          visible_from: string
        }
        Insert: {
          created_at?: string
          data?: Json
          id?: string
          is_read?: boolean
          key?: string | null
          link?: string | null
          message?: string | null
          organization_id?: string | null
          priority?: "low" | "medium" | "high" | "critical"
          read_at?: string | null
          title: string
          type: string
          updated_at?: string
          user_id: string
          visible_from?: string
        }
        Update: {
          created_at?: string
          data?: Json
          id?: string
          is_read?: boolean
          key?: string | null
          link?: string | null
          message?: string | null
          organization_id?: string | null
          priority?: "low" | "medium" | "high" | "critical"
          read_at?: string | null
          title?: string
          type?: string
          updated_at?: string
          user_id?: string
          visible_from?: string
        }
        Relationships: [
          {
            foreignKeyName: "notifications_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "notifications_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "notifications_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "notifications_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      onboarding_records: {
        Row: {
          completed_at: string | null
          created_at: string
          created_by: string | null
          id: string
          mentor_id: string | null
          notes: string | null
          organization_id: string
          staff_id: string
          started_on: string
          status: "in_progress" | "completed" | "cancelled"
          template_id: string | null
          updated_at: string
        }
        Insert: {
          completed_at?: string | null
          created_at?: string
          created_by?: string | null
          id?: string
          mentor_id?: string | null
          notes?: string | null
          organization_id?: string
          staff_id?: string
          started_on: string
          status?: "in_progress" | "completed" | "cancelled"
          template_id?: string | null
          updated_at?: string
        }
        Update: {
          completed_at?: string | null
          created_at?: string
          created_by?: string | null
          id?: string
          mentor_id?: string | null
          notes?: string | null
          organization_id?: string
          staff_id?: string
          started_on?: string
          status?: "in_progress" | "completed" | "cancelled"
          template_id?: string | null
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "onboarding_records_mentor_id_fkey"
            columns: ["mentor_id"]
            isOneToOne: false
            referencedRelation: "staff"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "onboarding_records_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "onboarding_records_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "onboarding_records_organization_id_template_id_fkey"
            columns: ["organization_id", "template_id"]
            isOneToOne: false
            referencedRelation: "onboarding_templates"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "onboarding_records_staff_id_fkey"
            columns: ["staff_id"]
            isOneToOne: false
            referencedRelation: "staff"
            referencedColumns: ["id"]
          },
        ]
      }
      onboarding_tasks: {
        Row: {
          created_at: string
          description: string | null
          done_at: string | null
          done_by: string | null
          due_on: string | null
          id: string
          is_required: boolean
          note: string | null
          organization_id: string
          position: number
          record_id: string
          status: "pending" | "done" | "skipped"
          title: string
          updated_at: string
        }
        Insert: {
          created_at?: string
          description?: string | null
          done_at?: string | null
          done_by?: string | null
          due_on?: string | null
          id?: string
          is_required?: boolean
          note?: string | null
          organization_id?: string
          position?: number
          record_id?: string
          status?: "pending" | "done" | "skipped"
          title: string
          updated_at?: string
        }
        Update: {
          created_at?: string
          description?: string | null
          done_at?: string | null
          done_by?: string | null
          due_on?: string | null
          id?: string
          is_required?: boolean
          note?: string | null
          organization_id?: string
          position?: number
          record_id?: string
          status?: "pending" | "done" | "skipped"
          title?: string
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "onboarding_tasks_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "onboarding_tasks_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "onboarding_tasks_organization_id_record_id_fkey"
            columns: ["organization_id", "record_id"]
            isOneToOne: false
            referencedRelation: "onboarding_records"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      onboarding_template_tasks: {
        Row: {
          created_at: string
          description: string | null
          due_after_days: number
          id: string
          is_required: boolean
          organization_id: string
          position: number
          template_id: string
          title: string
          updated_at: string
        }
        Insert: {
          created_at?: string
          description?: string | null
          due_after_days?: number
          id?: string
          is_required?: boolean
          organization_id?: string
          position?: number
          template_id?: string
          title: string
          updated_at?: string
        }
        Update: {
          created_at?: string
          description?: string | null
          due_after_days?: number
          id?: string
          is_required?: boolean
          organization_id?: string
          position?: number
          template_id?: string
          title?: string
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "onboarding_template_tasks_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "onboarding_template_tasks_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "onboarding_template_tasks_organization_id_template_id_fkey"
            columns: ["organization_id", "template_id"]
            isOneToOne: false
            referencedRelation: "onboarding_templates"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      onboarding_templates: {
        Row: {
          created_at: string
          department: string | null
          id: string
          is_active: boolean
          name: string
          organization_id: string
          updated_at: string
        }
        Insert: {
          created_at?: string
          department?: string | null
          id?: string
          is_active?: boolean
          name: string
          organization_id?: string
          updated_at?: string
        }
        Update: {
          created_at?: string
          department?: string | null
          id?: string
          is_active?: boolean
          name?: string
          organization_id?: string
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "onboarding_templates_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "onboarding_templates_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      one_time_tokens: {
        Row: {
          attempts: number
          code_challenge: string | null
          code_challenge_method: "s256" | "plain" | null
          created_at: string
          expires_at: string
          id: string
          kind: "confirmation" | "recovery" | "magiclink" | "invite" | "email_change_current" | "email_change_new" | "reauthentication" | "phone_confirmation" | "phone_change"
          redirect_to: string | null
          relates_to: string | null
          user_id: string
        }
        Insert: {
          attempts?: number
          code_challenge?: string | null
          code_challenge_method?: "s256" | "plain" | null
          created_at?: string
          expires_at: string
          id?: string
          kind: "confirmation" | "recovery" | "magiclink" | "invite" | "email_change_current" | "email_change_new" | "reauthentication" | "phone_confirmation" | "phone_change"
          redirect_to?: string | null
          relates_to?: string | null
          user_id: string
        }
        Update: {
          attempts?: number
          code_challenge?: string | null
          code_challenge_method?: "s256" | "plain" | null
          created_at?: string
          expires_at?: string
          id?: string
          kind?: "confirmation" | "recovery" | "magiclink" | "invite" | "email_change_current" | "email_change_new" | "reauthentication" | "phone_confirmation" | "phone_change"
          redirect_to?: string | null
          relates_to?: string | null
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "one_time_tokens_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "one_time_tokens_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      order_counters: {
        Row: {
          business_date: string
          last_number: number
          organization_id: string
          restaurant_id: string
        }
        Insert: {
          business_date: string
          last_number?: number
          organization_id?: string
          restaurant_id?: string
        }
        Update: {
          business_date?: string
          last_number?: number
          organization_id?: string
          restaurant_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "order_counters_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "order_counters_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "order_counters_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurant"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "order_counters_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurants"
            referencedColumns: ["id"]
          },
        ]
      }
      order_lines: {
        Row: {
          added_by: string | null
          adjustment: number
          allergens: Json | null
          cancellation_reason: string | null
          course: number
          created_at: string
          customer_session_id: string | null
          deleted_at: string | null
          id: string
          idempotency_key: string | null
          menu_item_id: string | null
          modifiers: Json
          name: string
          net_amount: number
          note: string | null
          order_id: string | null
          organization_id: string
          origin_session_id: string | null
          placed_at: string | null
          quantity: number
          restaurant_id: string
          session_id: string | null
          station: string
          status: "draft" | "pending" | "cooking" | "ready" | "served" | "cancelled"
          tax_amount: number
          tax_included: boolean
          tax_rate: number
          total_amount: number
          unit_price: number
          updated_at: string
        }
        Insert: {
          added_by?: string | null
          adjustment?: number
          allergens?: Json | null
          cancellation_reason?: string | null
          course?: number
          created_at?: string
          customer_session_id?: string | null
          deleted_at?: string | null
          id?: string
          idempotency_key?: string | null
          menu_item_id?: string | null
          modifiers?: Json
          name: string
          net_amount?: never
          note?: string | null
          order_id?: string | null
          organization_id?: string
          origin_session_id?: string | null
          placed_at?: string | null
          quantity: number
          restaurant_id?: string
          session_id?: string | null
          station?: string
          status?: "draft" | "pending" | "cooking" | "ready" | "served" | "cancelled"
          tax_amount?: never
          tax_included?: boolean
          tax_rate?: number
          total_amount?: never
          unit_price: number
          updated_at?: string
        }
        Update: {
          added_by?: string | null
          adjustment?: number
          allergens?: Json | null
          cancellation_reason?: string | null
          course?: number
          created_at?: string
          customer_session_id?: string | null
          deleted_at?: string | null
          id?: string
          idempotency_key?: string | null
          menu_item_id?: string | null
          modifiers?: Json
          name?: string
          net_amount?: never
          note?: string | null
          order_id?: string | null
          organization_id?: string
          origin_session_id?: string | null
          placed_at?: string | null
          quantity?: number
          restaurant_id?: string
          session_id?: string | null
          station?: string
          status?: "draft" | "pending" | "cooking" | "ready" | "served" | "cancelled"
          tax_amount?: never
          tax_included?: boolean
          tax_rate?: number
          total_amount?: never
          unit_price?: number
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "order_lines_added_by_fkey"
            columns: ["added_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "order_lines_added_by_fkey"
            columns: ["added_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "order_lines_customer_session_id_fkey"
            columns: ["customer_session_id"]
            isOneToOne: false
            referencedRelation: "session_customers"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "order_lines_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "order_lines_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "order_lines_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurant"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "order_lines_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurants"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "order_lines_restaurant_id_menu_item_id_fkey"
            columns: ["restaurant_id", "menu_item_id"]
            isOneToOne: false
            referencedRelation: "menu_items"
            referencedColumns: ["restaurant_id", "id"]
          },
          {
            foreignKeyName: "order_lines_restaurant_id_order_id_fkey"
            columns: ["restaurant_id", "order_id"]
            isOneToOne: false
            referencedRelation: "orders"
            referencedColumns: ["restaurant_id", "id"]
          },
          {
            foreignKeyName: "order_lines_restaurant_id_session_id_fkey"
            columns: ["restaurant_id", "session_id"]
            isOneToOne: false
            referencedRelation: "table_sessions"
            referencedColumns: ["restaurant_id", "id"]
          },
        ]
      }
      orders: {
        Row: {
          adjustment: number
          business_date: string
          cancellation_reason: string | null
          cancelled_at: string | null
          created_at: string
          customer_id: string | null
          customer_name: string
          customer_phone: string | null
          customer_session_id: string | null
          deleted_at: string | null
          done_at: string | null
          has_lines: boolean
          id: string
          idempotency_key: string | null
          iiko_id: string | null
          items: Json
          net_amount: number
          notes: string | null
          order_number: string
          organization_id: string
          origin_session_id: string | null
          pickup_at: string | null
          placed_at: string
          restaurant_id: string
          session_id: string | null
          status: "PENDING" | "COOKING" | "DONE" | "CANCELLED"
          table_id: string | null
          tax_amount: number
          tax_rate: number | null
          total: number
          total_amount: number
          type: "dine_in" | "takeaway"
          updated_at: string
          user_id: string | null
        }
        Insert: {
          adjustment?: number
          business_date?: string
          cancellation_reason?: string | null
          cancelled_at?: string | null
          created_at?: string
          customer_id?: string | null
          customer_name?: string
          customer_phone?: string | null
          customer_session_id?: string | null
          deleted_at?: string | null
          done_at?: string | null
          has_lines?: boolean
          id?: string
          idempotency_key?: string | null
          iiko_id?: string | null
          items?: Json
          net_amount?: number
          notes?: string | null
          order_number?: string
          organization_id?: string
          origin_session_id?: string | null
          pickup_at?: string | null
          placed_at?: string
          restaurant_id?: string
          session_id?: string | null
          status?: "PENDING" | "COOKING" | "DONE" | "CANCELLED"
          table_id?: string | null
          tax_amount?: number
          tax_rate?: number | null
          total?: number
          total_amount?: number
          type?: "dine_in" | "takeaway"
          updated_at?: string
          user_id?: string | null
        }
        Update: {
          adjustment?: number
          business_date?: string
          cancellation_reason?: string | null
          cancelled_at?: string | null
          created_at?: string
          customer_id?: string | null
          customer_name?: string
          customer_phone?: string | null
          customer_session_id?: string | null
          deleted_at?: string | null
          done_at?: string | null
          has_lines?: boolean
          id?: string
          idempotency_key?: string | null
          iiko_id?: string | null
          items?: Json
          net_amount?: number
          notes?: string | null
          order_number?: string
          organization_id?: string
          origin_session_id?: string | null
          pickup_at?: string | null
          placed_at?: string
          restaurant_id?: string
          session_id?: string | null
          status?: "PENDING" | "COOKING" | "DONE" | "CANCELLED"
          table_id?: string | null
          tax_amount?: number
          tax_rate?: number | null
          total?: number
          total_amount?: number
          type?: "dine_in" | "takeaway"
          updated_at?: string
          user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "orders_customer_session_id_fkey"
            columns: ["customer_session_id"]
            isOneToOne: false
            referencedRelation: "session_customers"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "orders_organization_id_customer_id_fkey"
            columns: ["organization_id", "customer_id"]
            isOneToOne: false
            referencedRelation: "customers"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "orders_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "orders_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "orders_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurant"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "orders_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurants"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "orders_restaurant_id_session_id_fkey"
            columns: ["restaurant_id", "session_id"]
            isOneToOne: false
            referencedRelation: "table_sessions"
            referencedColumns: ["restaurant_id", "id"]
          },
          {
            foreignKeyName: "orders_restaurant_id_table_id_fkey"
            columns: ["restaurant_id", "table_id"]
            isOneToOne: false
            referencedRelation: "restaurant_tables"
            referencedColumns: ["restaurant_id", "id"]
          },
          {
            foreignKeyName: "orders_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "orders_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      organizations: {
        Row: {
          address: string | null
          business_day_cutoff: string
          country: string | null
          created_at: string
          currency: string
          default_tax_rate: number
          description: string | null
          email: string | null
          id: string
          is_active: boolean
          locale: string
          name: string
          phone: string | null
          prices_include_tax: boolean
          settings: Json
          slug: string | null
          timezone: string
          updated_at: string
        }
        Insert: {
          address?: string | null
          business_day_cutoff?: string
          country?: string | null
          created_at?: string
          currency?: string
          default_tax_rate?: number
          description?: string | null
          email?: string | null
          id?: string
          is_active?: boolean
          locale?: string
          name: string
          phone?: string | null
          prices_include_tax?: boolean
          settings?: Json
          slug?: string | null
          timezone?: string
          updated_at?: string
        }
        Update: {
          address?: string | null
          business_day_cutoff?: string
          country?: string | null
          created_at?: string
          currency?: string
          default_tax_rate?: number
          description?: string | null
          email?: string | null
          id?: string
          is_active?: boolean
          locale?: string
          name?: string
          phone?: string | null
          prices_include_tax?: boolean
          settings?: Json
          slug?: string | null
          timezone?: string
          updated_at?: string
        }
        Relationships: []
      }
      otp_guards: {
        Row: {
          failures: string[]
          key: string
          kind: "table" | "address"
          locked_until: string | null
          updated_at: string
        }
        Insert: {
          failures?: string[]
          key: string
          kind: "table" | "address"
          locked_until?: string | null
          updated_at?: string
        }
        Update: {
          failures?: string[]
          key?: string
          kind?: "table" | "address"
          locked_until?: string | null
          updated_at?: string
        }
        Relationships: []
      }
      party_members: {
        Row: {
          allergies: Json | null
          created_at: string
          customer_id: string | null
          email: string | null
          id: string
          idempotency_key: string | null
          is_organizer: boolean
          joined_at: string
          name: string
          note: string | null
          organization_id: string
          party_id: string
          phone: string | null
          reminded_at: string | null
          share_amount: number | null
          updated_at: string
        }
        Insert: {
          allergies?: Json | null
          created_at?: string
          customer_id?: string | null
          email?: string | null
          id?: string
          idempotency_key?: string | null
          is_organizer?: boolean
          joined_at?: string
          name: string
          note?: string | null
          organization_id?: string
          party_id?: string
          phone?: string | null
          reminded_at?: string | null
          share_amount?: number | null
          updated_at?: string
        }
        Update: {
          allergies?: Json | null
          created_at?: string
          customer_id?: string | null
          email?: string | null
          id?: string
          idempotency_key?: string | null
          is_organizer?: boolean
          joined_at?: string
          name?: string
          note?: string | null
          organization_id?: string
          party_id?: string
          phone?: string | null
          reminded_at?: string | null
          share_amount?: number | null
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "party_members_organization_id_customer_id_fkey"
            columns: ["organization_id", "customer_id"]
            isOneToOne: false
            referencedRelation: "customers"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "party_members_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "party_members_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "party_members_organization_id_party_id_fkey"
            columns: ["organization_id", "party_id"]
            isOneToOne: false
            referencedRelation: "booking_parties"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      password_history: {
        Row: {
          created_at: string
          id: string
          user_id: string
        }
        Insert: {
          created_at?: string
          id?: string
          user_id: string
        }
        Update: {
          created_at?: string
          id?: string
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "password_history_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "password_history_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      payment_accounts: {
        Row: {
          checked_at: string | null
          created_at: string
          endpoint_id: string | null
          id: string
          is_active: boolean
          mode: "test" | "live"
          organization_id: string
          provider: string
          status: "unknown" | "works" | "broken"
          status_reason: string | null
          updated_at: string
        }
        Insert: {
          checked_at?: string | null
          created_at?: string
          endpoint_id?: string | null
          id?: string
          is_active?: boolean
          mode: "test" | "live"
          organization_id: string
          provider: string
          status?: "unknown" | "works" | "broken"
          status_reason?: string | null
          updated_at?: string
        }
        Update: {
          checked_at?: string | null
          created_at?: string
          endpoint_id?: string | null
          id?: string
          is_active?: boolean
          mode?: "test" | "live"
          organization_id?: string
          provider?: string
          status?: "unknown" | "works" | "broken"
          status_reason?: string | null
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "payment_accounts_organization_id_endpoint_id_fkey"
            columns: ["organization_id", "endpoint_id"]
            isOneToOne: false
            referencedRelation: "hook_endpoints"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "payment_accounts_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "payment_accounts_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      payment_charges: {
        Row: {
          amount: number | null
          booking_id: string
          booking_type: string
          card_id: string | null
          created_at: string
          currency: string
          due_at: string
          id: string
          kind: "rest" | "no_show"
          next_at: string | null
          organization_id: string
          payment_id: string | null
          reason: string | null
          status: "waiting" | "asked" | "needs_guest" | "paid" | "failed" | "off"
          step: number
          updated_at: string
        }
        Insert: {
          amount?: number | null
          booking_id: string
          booking_type: string
          card_id?: string | null
          created_at?: string
          currency: string
          due_at: string
          id?: string
          kind: "rest" | "no_show"
          next_at?: string | null
          organization_id: string
          payment_id?: string | null
          reason?: string | null
          status?: "waiting" | "asked" | "needs_guest" | "paid" | "failed" | "off"
          step?: number
          updated_at?: string
        }
        Update: {
          amount?: number | null
          booking_id?: string
          booking_type?: string
          card_id?: string | null
          created_at?: string
          currency?: string
          due_at?: string
          id?: string
          kind?: "rest" | "no_show"
          next_at?: string | null
          organization_id?: string
          payment_id?: string | null
          reason?: string | null
          status?: "waiting" | "asked" | "needs_guest" | "paid" | "failed" | "off"
          step?: number
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "payment_charges_booking_type_fkey"
            columns: ["booking_type"]
            isOneToOne: false
            referencedRelation: "booking_types"
            referencedColumns: ["name"]
          },
          {
            foreignKeyName: "payment_charges_organization_id_card_id_fkey"
            columns: ["organization_id", "card_id"]
            isOneToOne: false
            referencedRelation: "stored_cards"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "payment_charges_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "payment_charges_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "payment_charges_organization_id_payment_id_fkey"
            columns: ["organization_id", "payment_id"]
            isOneToOne: false
            referencedRelation: "payments"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      payment_disputes: {
        Row: {
          amount: number
          answer_by: string | null
          closed_at: string | null
          created_at: string
          currency: string
          id: string
          is_withdrawn: boolean
          organization_id: string
          payment_id: string
          provider_ref: string
          reason: string | null
          status: "open" | "won" | "lost"
          updated_at: string
        }
        Insert: {
          amount: number
          answer_by?: string | null
          closed_at?: string | null
          created_at?: string
          currency: string
          id?: string
          is_withdrawn?: boolean
          organization_id: string
          payment_id: string
          provider_ref: string
          reason?: string | null
          status?: "open" | "won" | "lost"
          updated_at?: string
        }
        Update: {
          amount?: number
          answer_by?: string | null
          closed_at?: string | null
          created_at?: string
          currency?: string
          id?: string
          is_withdrawn?: boolean
          organization_id?: string
          payment_id?: string
          provider_ref?: string
          reason?: string | null
          status?: "open" | "won" | "lost"
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "payment_disputes_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "payment_disputes_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "payment_disputes_organization_id_payment_id_fkey"
            columns: ["organization_id", "payment_id"]
            isOneToOne: false
            referencedRelation: "payments"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      payment_ledger: {
        Row: {
          account: "cash" | "bank" | "card" | "online" | "receivable" | "credits" | "tips" | "goodwill" | "breakage" | "rounding" | "disputed" | "losses" | "fees"
          amount: number
          booking_id: string | null
          booking_type: string | null
          created_at: string
          created_by: string | null
          credit_id: string | null
          currency: string
          description: string
          id: string
          organization_id: string
          payment_id: string | null
          refund_id: string | null
          transaction_id: string
        }
        Insert: {
          account?: never
          amount?: never
          booking_id?: never
          booking_type?: never
          created_at?: never
          created_by?: never
          credit_id?: never
          currency?: never
          description?: never
          id?: never
          organization_id?: never
          payment_id?: never
          refund_id?: never
          transaction_id?: never
        }
        Update: {
          account?: never
          amount?: never
          booking_id?: never
          booking_type?: never
          created_at?: never
          created_by?: never
          credit_id?: never
          currency?: never
          description?: never
          id?: never
          organization_id?: never
          payment_id?: never
          refund_id?: never
          transaction_id?: never
        }
        Relationships: [
          {
            foreignKeyName: "payment_ledger_organization_id_credit_id_fkey"
            columns: ["organization_id", "credit_id"]
            isOneToOne: false
            referencedRelation: "user_credits"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "payment_ledger_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "payment_ledger_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "payment_ledger_organization_id_payment_id_fkey"
            columns: ["organization_id", "payment_id"]
            isOneToOne: false
            referencedRelation: "payments"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "payment_ledger_organization_id_refund_id_fkey"
            columns: ["organization_id", "refund_id"]
            isOneToOne: false
            referencedRelation: "refunds"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      payment_policies: {
        Row: {
          booking_type: string
          created_at: string
          deposit_amount: number | null
          deposit_percent: number | null
          id: string
          is_active: boolean
          is_per_person: boolean
          name: string
          no_show_amount: number | null
          no_show_percent: number | null
          organization_id: string
          rest_days: number | null
          updated_at: string
        }
        Insert: {
          booking_type: string
          created_at?: string
          deposit_amount?: number | null
          deposit_percent?: number | null
          id?: string
          is_active?: boolean
          is_per_person?: boolean
          name: string
          no_show_amount?: number | null
          no_show_percent?: number | null
          organization_id?: string
          rest_days?: number | null
          updated_at?: string
        }
        Update: {
          booking_type?: string
          created_at?: string
          deposit_amount?: number | null
          deposit_percent?: number | null
          id?: string
          is_active?: boolean
          is_per_person?: boolean
          name?: string
          no_show_amount?: number | null
          no_show_percent?: number | null
          organization_id?: string
          rest_days?: number | null
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "payment_policies_booking_type_fkey"
            columns: ["booking_type"]
            isOneToOne: false
            referencedRelation: "booking_types"
            referencedColumns: ["name"]
          },
          {
            foreignKeyName: "payment_policies_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "payment_policies_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      payment_terminals: {
        Row: {
          created_at: string
          id: string
          is_active: boolean
          name: string
          organization_id: string
          provider: string
          provider_ref: string
          updated_at: string
        }
        Insert: {
          created_at?: string
          id?: string
          is_active?: boolean
          name: string
          organization_id?: string
          provider?: string
          provider_ref: string
          updated_at?: string
        }
        Update: {
          created_at?: string
          id?: string
          is_active?: boolean
          name?: string
          organization_id?: string
          provider?: string
          provider_ref?: string
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "payment_terminals_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "payment_terminals_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      payments: {
        Row: {
          amount: number
          answered_at: string | null
          asked_at: string | null
          booking_id: string | null
          booking_type: string
          created_at: string
          currency: string
          customer_id: string | null
          failure_reason: string | null
          id: string
          idempotency_key: string | null
          kept_amount: number
          metadata: Json
          method: "cash" | "bank" | "card" | "online" | "credit" | "voucher"
          organization_id: string
          paid_at: string | null
          provider: string
          provider_data: Json
          provider_ref: string | null
          received_by: string | null
          reference: string | null
          refunded_amount: number
          refunded_tip: number
          register_shift_id: string | null
          rounding_amount: number
          session_id: string | null
          share_id: string | null
          status: "pending" | "succeeded" | "failed" | "cancelled" | "partial_refund" | "refunded"
          stripe_intent_id: string | null
          stripe_payment_id: string | null
          terminal_id: string | null
          tip_amount: number
          updated_at: string
          user_id: string | null
          way: "page" | "stored_card" | "terminal" | "subscription"
        }
        Insert: {
          amount?: number
          answered_at?: string | null
          asked_at?: string | null
          booking_id?: string | null
          booking_type: string
          created_at?: string
          currency?: string
          customer_id?: string | null
          failure_reason?: string | null
          id?: string
          idempotency_key?: string | null
          kept_amount?: never
          metadata?: Json
          method?: "cash" | "bank" | "card" | "online" | "credit" | "voucher"
          organization_id?: string
          paid_at?: string | null
          provider?: string
          provider_data?: Json
          provider_ref?: string | null
          received_by?: string | null
          reference?: string | null
          refunded_amount?: number
          refunded_tip?: number
          register_shift_id?: string | null
          rounding_amount?: number
          session_id?: string | null
          share_id?: string | null
          status?: "pending" | "succeeded" | "failed" | "cancelled" | "partial_refund" | "refunded"
          stripe_intent_id?: string | null
          stripe_payment_id?: string | null
          terminal_id?: string | null
          tip_amount?: number
          updated_at?: string
          user_id?: string | null
          way?: "page" | "stored_card" | "terminal" | "subscription"
        }
        Update: {
          amount?: number
          answered_at?: string | null
          asked_at?: string | null
          booking_id?: string | null
          booking_type?: string
          created_at?: string
          currency?: string
          customer_id?: string | null
          failure_reason?: string | null
          id?: string
          idempotency_key?: string | null
          kept_amount?: never
          metadata?: Json
          method?: "cash" | "bank" | "card" | "online" | "credit" | "voucher"
          organization_id?: string
          paid_at?: string | null
          provider?: string
          provider_data?: Json
          provider_ref?: string | null
          received_by?: string | null
          reference?: string | null
          refunded_amount?: number
          refunded_tip?: number
          register_shift_id?: string | null
          rounding_amount?: number
          session_id?: string | null
          share_id?: string | null
          status?: "pending" | "succeeded" | "failed" | "cancelled" | "partial_refund" | "refunded"
          stripe_intent_id?: string | null
          stripe_payment_id?: string | null
          terminal_id?: string | null
          tip_amount?: number
          updated_at?: string
          user_id?: string | null
          way?: "page" | "stored_card" | "terminal" | "subscription"
        }
        Relationships: [
          {
            foreignKeyName: "payments_booking_type_fkey"
            columns: ["booking_type"]
            isOneToOne: false
            referencedRelation: "booking_types"
            referencedColumns: ["name"]
          },
          {
            foreignKeyName: "payments_organization_id_customer_id_fkey"
            columns: ["organization_id", "customer_id"]
            isOneToOne: false
            referencedRelation: "customers"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "payments_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "payments_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "payments_organization_id_register_shift_id_fkey"
            columns: ["organization_id", "register_shift_id"]
            isOneToOne: false
            referencedRelation: "register_shifts"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "payments_organization_id_terminal_id_fkey"
            columns: ["organization_id", "terminal_id"]
            isOneToOne: false
            referencedRelation: "payment_terminals"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "payments_received_by_fkey"
            columns: ["received_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "payments_received_by_fkey"
            columns: ["received_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "payments_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "payments_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      payout_lines: {
        Row: {
          amount: number
          created_at: string
          currency: string
          description: string | null
          fee: number
          id: string
          kind: "payment" | "refund" | "dispute" | "fee" | "other"
          organization_id: string
          payment_ref: string | null
          payout_id: string
          provider_ref: string
          source_ref: string | null
        }
        Insert: {
          amount: number
          created_at?: string
          currency: string
          description?: string | null
          fee?: number
          id?: string
          kind: "payment" | "refund" | "dispute" | "fee" | "other"
          organization_id: string
          payment_ref?: string | null
          payout_id: string
          provider_ref: string
          source_ref?: string | null
        }
        Update: {
          amount?: number
          created_at?: string
          currency?: string
          description?: string | null
          fee?: number
          id?: string
          kind?: "payment" | "refund" | "dispute" | "fee" | "other"
          organization_id?: string
          payment_ref?: string | null
          payout_id?: string
          provider_ref?: string
          source_ref?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "payout_lines_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "payout_lines_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "payout_lines_organization_id_payout_id_fkey"
            columns: ["organization_id", "payout_id"]
            isOneToOne: false
            referencedRelation: "payouts"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      payouts: {
        Row: {
          amount: number
          arrives_on: string | null
          created_at: string
          currency: string
          id: string
          is_complete: boolean
          organization_id: string
          provider: string
          provider_ref: string
          reason: string | null
          reconciled_at: string | null
          reconciled_by: string | null
          status: "pending" | "paid" | "failed"
          updated_at: string
        }
        Insert: {
          amount: number
          arrives_on?: string | null
          created_at?: string
          currency: string
          id?: string
          is_complete?: boolean
          organization_id: string
          provider: string
          provider_ref: string
          reason?: string | null
          reconciled_at?: string | null
          reconciled_by?: string | null
          status: "pending" | "paid" | "failed"
          updated_at?: string
        }
        Update: {
          amount?: number
          arrives_on?: string | null
          created_at?: string
          currency?: string
          id?: string
          is_complete?: boolean
          organization_id?: string
          provider?: string
          provider_ref?: string
          reason?: string | null
          reconciled_at?: string | null
          reconciled_by?: string | null
          status?: "pending" | "paid" | "failed"
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "payouts_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "payouts_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "payouts_reconciled_by_fkey"
            columns: ["reconciled_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "payouts_reconciled_by_fkey"
            columns: ["reconciled_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      pictures: {
        Row: {
          alt: string
          alt_by_locale: Json
          created_at: string
          height: number | null
          id: string
          organization_id: string
          rank: number
          subject: "house" | "restaurant" | "table" | "chalet" | "pool" | "venue" | "game"
          subject_id: string | null
          updated_at: string
          url: string
          width: number | null
        }
        Insert: {
          alt: string
          alt_by_locale?: Json
          created_at?: string
          height?: number | null
          id?: string
          organization_id?: string
          rank?: number
          subject: "house" | "restaurant" | "table" | "chalet" | "pool" | "venue" | "game"
          subject_id?: string | null
          updated_at?: string
          url: string
          width?: number | null
        }
        Update: {
          alt?: string
          alt_by_locale?: Json
          created_at?: string
          height?: number | null
          id?: string
          organization_id?: string
          rank?: number
          subject?: "house" | "restaurant" | "table" | "chalet" | "pool" | "venue" | "game"
          subject_id?: string | null
          updated_at?: string
          url?: string
          width?: number | null
        }
        Relationships: [
          {
            foreignKeyName: "pictures_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pictures_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      pool_capacity: {
        Row: {
          capacity: number
          created_at: string
          date: string
          id: string
          is_closed: boolean
          note: string | null
          organization_id: string
          slot: "morning" | "afternoon"
          taken: number
          updated_at: string
        }
        Insert: {
          capacity: number
          created_at?: string
          date: string
          id?: string
          is_closed?: boolean
          note?: string | null
          organization_id?: string
          slot: "morning" | "afternoon"
          taken?: number
          updated_at?: string
        }
        Update: {
          capacity?: number
          created_at?: string
          date?: string
          id?: string
          is_closed?: boolean
          note?: string | null
          organization_id?: string
          slot?: "morning" | "afternoon"
          taken?: number
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "pool_capacity_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pool_capacity_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      pool_entries: {
        Row: {
          code: string
          created_at: string
          gate: string | null
          id: string
          member_id: string | null
          organization_id: string
          people: number
          reason: string | null
          result: "entered" | "left" | "refused"
          scanned_at: string
          scanned_by: string | null
          ticket_id: string | null
        }
        Insert: {
          code?: never
          created_at?: never
          gate?: never
          id?: never
          member_id?: never
          organization_id?: never
          people?: never
          reason?: never
          result?: never
          scanned_at?: never
          scanned_by?: never
          ticket_id?: never
        }
        Update: {
          code?: never
          created_at?: never
          gate?: never
          id?: never
          member_id?: never
          organization_id?: never
          people?: never
          reason?: never
          result?: never
          scanned_at?: never
          scanned_by?: never
          ticket_id?: never
        }
        Relationships: [
          {
            foreignKeyName: "pool_entries_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pool_entries_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pool_entries_organization_id_member_id_fkey"
            columns: ["organization_id", "member_id"]
            isOneToOne: false
            referencedRelation: "membership_members"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "pool_entries_organization_id_ticket_id_fkey"
            columns: ["organization_id", "ticket_id"]
            isOneToOne: false
            referencedRelation: "pool_tickets"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      pool_membership_plans: {
        Row: {
          billing_cycle: "monthly" | "quarterly" | "annually"
          created_at: string
          description: string | null
          guest_passes: number
          id: string
          is_active: boolean
          max_members: number
          monthly_price: number
          name: string
          organization_id: string
          type: "individual" | "family" | "corporate" | "vip"
          updated_at: string
        }
        Insert: {
          billing_cycle: "monthly" | "quarterly" | "annually"
          created_at?: string
          description?: string | null
          guest_passes?: number
          id?: string
          is_active?: boolean
          max_members?: number
          monthly_price?: number
          name: string
          organization_id?: string
          type: "individual" | "family" | "corporate" | "vip"
          updated_at?: string
        }
        Update: {
          billing_cycle?: "monthly" | "quarterly" | "annually"
          created_at?: string
          description?: string | null
          guest_passes?: number
          id?: string
          is_active?: boolean
          max_members?: number
          monthly_price?: number
          name?: string
          organization_id?: string
          type?: "individual" | "family" | "corporate" | "vip"
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "pool_membership_plans_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pool_membership_plans_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      pool_memberships: {
        Row: {
          auto_renew: boolean
          billing_cycle: "monthly" | "quarterly" | "annually"
          cancellation_reason: string | null
          cancelled_at: string | null
          created_at: string
          created_by: string | null
          currency: string
          customer_id: string | null
          end_date: string | null
          guest_passes_per_period: number
          guest_passes_remaining: number
          id: string
          idempotency_key: string | null
          max_members: number
          monthly_price: number
          organization_id: string
          paid_until: string | null
          pause_reason: "asked" | "payment" | null
          paused_at: string | null
          paused_on: string | null
          provider: string | null
          provider_data: Json
          provider_ref: string | null
          reference: string
          refund_amount: number | null
          resumes_on: string | null
          start_date: string
          status: "pending" | "active" | "paused" | "cancelled" | "expired"
          stripe_subscription_id: string | null
          type: "individual" | "family" | "corporate" | "vip"
          updated_at: string
          user_id: string | null
        }
        Insert: {
          auto_renew?: boolean
          billing_cycle?: "monthly" | "quarterly" | "annually"
          cancellation_reason?: string | null
          cancelled_at?: string | null
          created_at?: string
          created_by?: string | null
          currency?: string
          customer_id?: string | null
          end_date?: string | null
          guest_passes_per_period?: number
          guest_passes_remaining?: number
          id?: string
          idempotency_key?: string | null
          max_members?: number
          monthly_price?: number
          organization_id?: string
          paid_until?: string | null
          pause_reason?: "asked" | "payment" | null
          paused_at?: string | null
          paused_on?: string | null
          provider?: string | null
          provider_data?: Json
          provider_ref?: string | null
          reference?: string
          refund_amount?: number | null
          resumes_on?: string | null
          start_date: string
          status?: "pending" | "active" | "paused" | "cancelled" | "expired"
          stripe_subscription_id?: string | null
          type?: "individual" | "family" | "corporate" | "vip"
          updated_at?: string
          user_id?: string | null
        }
        Update: {
          auto_renew?: boolean
          billing_cycle?: "monthly" | "quarterly" | "annually"
          cancellation_reason?: string | null
          cancelled_at?: string | null
          created_at?: string
          created_by?: string | null
          currency?: string
          customer_id?: string | null
          end_date?: string | null
          guest_passes_per_period?: number
          guest_passes_remaining?: number
          id?: string
          idempotency_key?: string | null
          max_members?: number
          monthly_price?: number
          organization_id?: string
          paid_until?: string | null
          pause_reason?: "asked" | "payment" | null
          paused_at?: string | null
          paused_on?: string | null
          provider?: string | null
          provider_data?: Json
          provider_ref?: string | null
          reference?: string
          refund_amount?: number | null
          resumes_on?: string | null
          start_date?: string
          status?: "pending" | "active" | "paused" | "cancelled" | "expired"
          stripe_subscription_id?: string | null
          type?: "individual" | "family" | "corporate" | "vip"
          updated_at?: string
          user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "pool_memberships_organization_id_customer_id_fkey"
            columns: ["organization_id", "customer_id"]
            isOneToOne: false
            referencedRelation: "customers"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "pool_memberships_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pool_memberships_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pool_memberships_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pool_memberships_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      pool_prices: {
        Row: {
          age_group: "adult" | "child"
          created_at: string
          id: string
          organization_id: string
          price: number
          slot: "morning" | "afternoon" | "full_day"
          updated_at: string
          weekend_price: number | null
        }
        Insert: {
          age_group: "adult" | "child"
          created_at?: string
          id?: string
          organization_id?: string
          price?: number
          slot: "morning" | "afternoon" | "full_day"
          updated_at?: string
          weekend_price?: number | null
        }
        Update: {
          age_group?: "adult" | "child"
          created_at?: string
          id?: string
          organization_id?: string
          price?: number
          slot?: "morning" | "afternoon" | "full_day"
          updated_at?: string
          weekend_price?: number | null
        }
        Relationships: [
          {
            foreignKeyName: "pool_prices_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pool_prices_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      pool_slots: {
        Row: {
          cancellation_policy_id: string | null
          capacity: number | null
          created_at: string
          early_minutes: number
          ends_at: string
          hold_minutes: number
          id: string
          is_active: boolean
          organization_id: string
          slot: "morning" | "afternoon" | "full_day"
          starts_at: string
          updated_at: string
        }
        Insert: {
          cancellation_policy_id?: string | null
          capacity?: number | null
          created_at?: string
          early_minutes?: number
          ends_at: string
          hold_minutes?: number
          id?: string
          is_active?: boolean
          organization_id?: string
          slot: "morning" | "afternoon" | "full_day"
          starts_at: string
          updated_at?: string
        }
        Update: {
          cancellation_policy_id?: string | null
          capacity?: number | null
          created_at?: string
          early_minutes?: number
          ends_at?: string
          hold_minutes?: number
          id?: string
          is_active?: boolean
          organization_id?: string
          slot?: "morning" | "afternoon" | "full_day"
          starts_at?: string
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "pool_slots_organization_id_cancellation_policy_id_fkey"
            columns: ["organization_id", "cancellation_policy_id"]
            isOneToOne: false
            referencedRelation: "cancellation_policies"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "pool_slots_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pool_slots_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      pool_tickets: {
        Row: {
          adults: number
          cancellation_policy_id: string | null
          cancellation_reason: string | null
          cancelled_at: string | null
          children: number
          created_at: string
          created_by: string | null
          currency: string
          customer_id: string | null
          expires_at: string
          first_starts_at: string | null
          guest_details: Json
          hold_expires_at: string | null
          hold_ran_out: boolean
          id: string
          idempotency_key: string | null
          membership_id: string | null
          organization_id: string
          people_inside: number
          people_seen: number
          qr_code: string | null
          reference: string
          refund_amount: number | null
          slot: "morning" | "afternoon" | "full_day"
          source: string
          status: "pending" | "confirmed" | "used" | "cancelled" | "expired"
          tax_amount: number
          ticket_date: string
          total_price: number
          updated_at: string
          used_at: string | null
          user_id: string | null
        }
        Insert: {
          adults?: number
          cancellation_policy_id?: string | null
          cancellation_reason?: string | null
          cancelled_at?: string | null
          children?: number
          created_at?: string
          created_by?: string | null
          currency?: string
          customer_id?: string | null
          expires_at?: string
          first_starts_at?: string | null
          guest_details?: Json
          hold_expires_at?: string | null
          hold_ran_out?: boolean
          id?: string
          idempotency_key?: string | null
          membership_id?: string | null
          organization_id?: string
          people_inside?: number
          people_seen?: number
          qr_code?: string | null
          reference?: string
          refund_amount?: number | null
          slot?: "morning" | "afternoon" | "full_day"
          source?: string
          status?: "pending" | "confirmed" | "used" | "cancelled" | "expired"
          tax_amount?: number
          ticket_date?: string
          total_price?: number
          updated_at?: string
          used_at?: string | null
          user_id?: string | null
        }
        Update: {
          adults?: number
          cancellation_policy_id?: string | null
          cancellation_reason?: string | null
          cancelled_at?: string | null
          children?: number
          created_at?: string
          created_by?: string | null
          currency?: string
          customer_id?: string | null
          expires_at?: string
          first_starts_at?: string | null
          guest_details?: Json
          hold_expires_at?: string | null
          hold_ran_out?: boolean
          id?: string
          idempotency_key?: string | null
          membership_id?: string | null
          organization_id?: string
          people_inside?: number
          people_seen?: number
          qr_code?: string | null
          reference?: string
          refund_amount?: number | null
          slot?: "morning" | "afternoon" | "full_day"
          source?: string
          status?: "pending" | "confirmed" | "used" | "cancelled" | "expired"
          tax_amount?: number
          ticket_date?: string
          total_price?: number
          updated_at?: string
          used_at?: string | null
          user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "pool_tickets_organization_id_cancellation_policy_id_fkey"
            columns: ["organization_id", "cancellation_policy_id"]
            isOneToOne: false
            referencedRelation: "cancellation_policies"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "pool_tickets_organization_id_customer_id_fkey"
            columns: ["organization_id", "customer_id"]
            isOneToOne: false
            referencedRelation: "customers"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "pool_tickets_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pool_tickets_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pool_tickets_organization_id_membership_id_fkey"
            columns: ["organization_id", "membership_id"]
            isOneToOne: false
            referencedRelation: "pool_memberships"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "pool_tickets_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "pool_tickets_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      price_history: {
        Row: {
          chalet_id: string | null
          changed_by: string | null
          created_at: string
          field: string
          id: string
          new_value: string | null
          old_value: string | null
          organization_id: string
          rule_id: string | null
          subject: string
        }
        Insert: {
          chalet_id?: never
          changed_by?: never
          created_at?: never
          field?: never
          id?: never
          new_value?: never
          old_value?: never
          organization_id?: never
          rule_id?: never
          subject?: never
        }
        Update: {
          chalet_id?: never
          changed_by?: never
          created_at?: never
          field?: never
          id?: never
          new_value?: never
          old_value?: never
          organization_id?: never
          rule_id?: never
          subject?: never
        }
        Relationships: [
          {
            foreignKeyName: "price_history_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "price_history_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      print_jobs: {
        Row: {
          attempts: number
          created_at: string
          document: Json | null
          id: string
          kind: "ticket" | "cancellation" | "receipt"
          kitchen_order_id: string | null
          opens_drawer: boolean
          organization_id: string
          planned_printer_id: string
          printed_at: string | null
          printer_id: string
          problem: string | null
          queued_at: string
          restaurant_id: string
          sent_at: string | null
          session_id: string | null
          status: "queued" | "sending" | "printed" | "failed" | "cancelled"
        }
        Insert: {
          attempts?: number
          created_at?: string
          document?: Json | null
          id?: string
          kind: "ticket" | "cancellation" | "receipt"
          kitchen_order_id?: string | null
          opens_drawer?: boolean
          organization_id: string
          planned_printer_id: string
          printed_at?: string | null
          printer_id: string
          problem?: string | null
          queued_at?: string
          restaurant_id: string
          sent_at?: string | null
          session_id?: string | null
          status?: "queued" | "sending" | "printed" | "failed" | "cancelled"
        }
        Update: {
          attempts?: number
          created_at?: string
          document?: Json | null
          id?: string
          kind?: "ticket" | "cancellation" | "receipt"
          kitchen_order_id?: string | null
          opens_drawer?: boolean
          organization_id?: string
          planned_printer_id?: string
          printed_at?: string | null
          printer_id?: string
          problem?: string | null
          queued_at?: string
          restaurant_id?: string
          sent_at?: string | null
          session_id?: string | null
          status?: "queued" | "sending" | "printed" | "failed" | "cancelled"
        }
        Relationships: [
          {
            foreignKeyName: "print_jobs_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "print_jobs_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "print_jobs_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurant"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "print_jobs_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurants"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "print_jobs_restaurant_id_kitchen_order_id_fkey"
            columns: ["restaurant_id", "kitchen_order_id"]
            isOneToOne: false
            referencedRelation: "kitchen_orders"
            referencedColumns: ["restaurant_id", "id"]
          },
          {
            foreignKeyName: "print_jobs_restaurant_id_planned_printer_id_fkey"
            columns: ["restaurant_id", "planned_printer_id"]
            isOneToOne: false
            referencedRelation: "printers"
            referencedColumns: ["restaurant_id", "id"]
          },
          {
            foreignKeyName: "print_jobs_restaurant_id_printer_id_fkey"
            columns: ["restaurant_id", "printer_id"]
            isOneToOne: false
            referencedRelation: "printers"
            referencedColumns: ["restaurant_id", "id"]
          },
          {
            foreignKeyName: "print_jobs_restaurant_id_session_id_fkey"
            columns: ["restaurant_id", "session_id"]
            isOneToOne: false
            referencedRelation: "table_sessions"
            referencedColumns: ["restaurant_id", "id"]
          },
        ]
      }
      printers: {
        Row: {
          address: string | null
          code_page: "cp437" | "cp850" | "cp852" | "cp857" | "cp858" | "cp866" | "cp1250" | "cp1251" | "cp1252" | null
          columns: number
          created_at: string
          cuts: boolean
          fallback_id: string | null
          fallback_seconds: number
          id: string
          is_active: boolean
          kind: "raw_tcp" | "cloudprnt" | "epson_sdp"
          mac: string | null
          name: string
          organization_id: string
          port: number
          restaurant_id: string
          role: "station" | "receipt"
          seen_at: string | null
          stations: string[]
          status: "unknown" | "ready" | "paper_low" | "paper_out" | "cover_open" | "offline" | "error"
          status_text: string | null
          updated_at: string
          width_dots: number
        }
        Insert: {
          address?: string | null
          code_page?: "cp437" | "cp850" | "cp852" | "cp857" | "cp858" | "cp866" | "cp1250" | "cp1251" | "cp1252" | null
          columns?: number
          created_at?: string
          cuts?: boolean
          fallback_id?: string | null
          fallback_seconds?: number
          id?: string
          is_active?: boolean
          kind: "raw_tcp" | "cloudprnt" | "epson_sdp"
          mac?: string | null
          name: string
          organization_id?: string
          port?: number
          restaurant_id?: string
          role?: "station" | "receipt"
          seen_at?: string | null
          stations?: string[]
          status?: "unknown" | "ready" | "paper_low" | "paper_out" | "cover_open" | "offline" | "error"
          status_text?: string | null
          updated_at?: string
          width_dots?: number
        }
        Update: {
          address?: string | null
          code_page?: "cp437" | "cp850" | "cp852" | "cp857" | "cp858" | "cp866" | "cp1250" | "cp1251" | "cp1252" | null
          columns?: number
          created_at?: string
          cuts?: boolean
          fallback_id?: string | null
          fallback_seconds?: number
          id?: string
          is_active?: boolean
          kind?: "raw_tcp" | "cloudprnt" | "epson_sdp"
          mac?: string | null
          name?: string
          organization_id?: string
          port?: number
          restaurant_id?: string
          role?: "station" | "receipt"
          seen_at?: string | null
          stations?: string[]
          status?: "unknown" | "ready" | "paper_low" | "paper_out" | "cover_open" | "offline" | "error"
          status_text?: string | null
          updated_at?: string
          width_dots?: number
        }
        Relationships: [
          {
            foreignKeyName: "printers_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "printers_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "printers_organization_id_restaurant_id_fkey"
            columns: ["organization_id", "restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurant"
            referencedColumns: ["account_id", "id"]
          },
          {
            foreignKeyName: "printers_organization_id_restaurant_id_fkey"
            columns: ["organization_id", "restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurants"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "printers_restaurant_id_fallback_id_fkey"
            columns: ["restaurant_id", "fallback_id"]
            isOneToOne: false
            referencedRelation: "printers"
            referencedColumns: ["restaurant_id", "id"]
          },
        ]
      }
      promo_codes: {
        Row: {
          code: string
          created_at: string
          description: string | null
          discount_type: "percent" | "amount"
          discount_value: number
          game_id: string | null
          id: string
          is_active: boolean
          max_uses: number | null
          min_amount: number
          organization_id: string
          updated_at: string
          used_count: number
          valid_from: string | null
          valid_to: string | null
        }
        Insert: {
          code: string
          created_at?: string
          description?: string | null
          discount_type: "percent" | "amount"
          discount_value: number
          game_id?: string | null
          id?: string
          is_active?: boolean
          max_uses?: number | null
          min_amount?: number
          organization_id?: string
          updated_at?: string
          used_count?: number
          valid_from?: string | null
          valid_to?: string | null
        }
        Update: {
          code?: string
          created_at?: string
          description?: string | null
          discount_type?: "percent" | "amount"
          discount_value?: number
          game_id?: string | null
          id?: string
          is_active?: boolean
          max_uses?: number | null
          min_amount?: number
          organization_id?: string
          updated_at?: string
          used_count?: number
          valid_from?: string | null
          valid_to?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "promo_codes_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "promo_codes_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "promo_codes_organization_id_game_id_fkey"
            columns: ["organization_id", "game_id"]
            isOneToOne: false
            referencedRelation: "games"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      rate_limits: {
        Row: {
          bucket: string
          expires_at: string
          hits: number
        }
        Insert: {
          bucket: string
          expires_at: string
          hits: number
        }
        Update: {
          bucket?: string
          expires_at?: string
          hits?: number
        }
        Relationships: []
      }
      realtime_messages: {
        Row: {
          binary_payload: string | null
          created_at: string
          event: string | null
          extension: "broadcast" | "presence"
          id: string
          inserted_at: string
          payload: Json | null
          private: boolean
          topic: string
        }
        Insert: {
          binary_payload?: string | null
          created_at?: string
          event?: string | null
          extension?: "broadcast" | "presence"
          id?: string
          inserted_at?: string
          payload?: Json | null
          private?: boolean
          topic: string
        }
        Update: {
          binary_payload?: string | null
          created_at?: string
          event?: string | null
          extension?: "broadcast" | "presence"
          id?: string
          inserted_at?: string
          payload?: Json | null
          private?: boolean
          topic?: string
        }
        Relationships: []
      }
      received_hooks: {
        Row: {
          endpoint_id: string
          event_id: string
          handled_at: string | null
          id: string
          organization_id: string
          received_at: string
        }
        Insert: {
          endpoint_id?: string
          event_id: string
          handled_at?: string | null
          id?: string
          organization_id?: string
          received_at?: string
        }
        Update: {
          endpoint_id?: string
          event_id?: string
          handled_at?: string | null
          id?: string
          organization_id?: string
          received_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "received_hooks_organization_id_endpoint_id_fkey"
            columns: ["organization_id", "endpoint_id"]
            isOneToOne: false
            referencedRelation: "hook_endpoints"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "received_hooks_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "received_hooks_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      recipe_lines: {
        Row: {
          created_at: string
          id: string
          ingredient_id: string
          note: string | null
          organization_id: string
          position: number
          quantity: number
          recipe_id: string
          unit: string
          updated_at: string
          waste_percent: number | null
        }
        Insert: {
          created_at?: string
          id?: string
          ingredient_id: string
          note?: string | null
          organization_id?: string
          position?: number
          quantity: number
          recipe_id?: string
          unit: string
          updated_at?: string
          waste_percent?: number | null
        }
        Update: {
          created_at?: string
          id?: string
          ingredient_id?: string
          note?: string | null
          organization_id?: string
          position?: number
          quantity?: number
          recipe_id?: string
          unit?: string
          updated_at?: string
          waste_percent?: number | null
        }
        Relationships: [
          {
            foreignKeyName: "recipe_lines_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "recipe_lines_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "recipe_lines_organization_id_ingredient_id_fkey"
            columns: ["organization_id", "ingredient_id"]
            isOneToOne: false
            referencedRelation: "ingredients"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "recipe_lines_organization_id_recipe_id_fkey"
            columns: ["organization_id", "recipe_id"]
            isOneToOne: false
            referencedRelation: "recipes"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      recipes: {
        Row: {
          created_at: string
          id: string
          ingredient_id: string | null
          instructions: string | null
          is_active: boolean
          menu_item_id: string | null
          modifier_id: string | null
          name: string
          organization_id: string
          prep_time_minutes: number | null
          updated_at: string
          yield_quantity: number
          yield_unit: string
        }
        Insert: {
          created_at?: string
          id?: string
          ingredient_id?: string | null
          instructions?: string | null
          is_active?: boolean
          menu_item_id?: string | null
          modifier_id?: string | null
          name: string
          organization_id?: string
          prep_time_minutes?: number | null
          updated_at?: string
          yield_quantity?: number
          yield_unit?: string
        }
        Update: {
          created_at?: string
          id?: string
          ingredient_id?: string | null
          instructions?: string | null
          is_active?: boolean
          menu_item_id?: string | null
          modifier_id?: string | null
          name?: string
          organization_id?: string
          prep_time_minutes?: number | null
          updated_at?: string
          yield_quantity?: number
          yield_unit?: string
        }
        Relationships: [
          {
            foreignKeyName: "recipes_modifier_fkey"
            columns: ["organization_id", "modifier_id"]
            isOneToOne: false
            referencedRelation: "modifiers"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "recipes_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "recipes_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "recipes_organization_id_ingredient_id_fkey"
            columns: ["organization_id", "ingredient_id"]
            isOneToOne: false
            referencedRelation: "ingredients"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "recipes_organization_id_menu_item_id_fkey"
            columns: ["organization_id", "menu_item_id"]
            isOneToOne: false
            referencedRelation: "menu_items"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      refunds: {
        Row: {
          amount: number
          created_at: string
          currency: string
          failure_reason: string | null
          id: string
          idempotency_key: string | null
          metadata: Json
          method: "cash" | "bank" | "card" | "online" | "credit" | "voucher"
          organization_id: string
          payment_id: string
          provider: string
          provider_data: Json
          provider_ref: string | null
          reason: string | null
          register_shift_id: string | null
          requested_by: string | null
          returned_at: string | null
          settled_at: string | null
          status: "pending" | "succeeded" | "failed"
          tip_amount: number | null
          updated_at: string
          waits_for: "provider" | "person" | null
        }
        Insert: {
          amount?: number
          created_at?: string
          currency?: string
          failure_reason?: string | null
          id?: string
          idempotency_key?: string | null
          metadata?: Json
          method: "cash" | "bank" | "card" | "online" | "credit" | "voucher"
          organization_id?: string
          payment_id?: string
          provider?: string
          provider_data?: Json
          provider_ref?: string | null
          reason?: string | null
          register_shift_id?: string | null
          requested_by?: string | null
          returned_at?: string | null
          settled_at?: string | null
          status?: "pending" | "succeeded" | "failed"
          tip_amount?: number | null
          updated_at?: string
          waits_for?: "provider" | "person" | null
        }
        Update: {
          amount?: number
          created_at?: string
          currency?: string
          failure_reason?: string | null
          id?: string
          idempotency_key?: string | null
          metadata?: Json
          method?: "cash" | "bank" | "card" | "online" | "credit" | "voucher"
          organization_id?: string
          payment_id?: string
          provider?: string
          provider_data?: Json
          provider_ref?: string | null
          reason?: string | null
          register_shift_id?: string | null
          requested_by?: string | null
          returned_at?: string | null
          settled_at?: string | null
          status?: "pending" | "succeeded" | "failed"
          tip_amount?: number | null
          updated_at?: string
          waits_for?: "provider" | "person" | null
        }
        Relationships: [
          {
            foreignKeyName: "refunds_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "refunds_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "refunds_organization_id_payment_id_fkey"
            columns: ["organization_id", "payment_id"]
            isOneToOne: false
            referencedRelation: "payments"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "refunds_organization_id_register_shift_id_fkey"
            columns: ["organization_id", "register_shift_id"]
            isOneToOne: false
            referencedRelation: "register_shifts"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "refunds_requested_by_fkey"
            columns: ["requested_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "refunds_requested_by_fkey"
            columns: ["requested_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      register_shifts: {
        Row: {
          business_date: string
          closed_at: string | null
          closed_by: string | null
          counted_amount: number | null
          created_at: string
          currency: string
          expected_amount: number | null
          float_amount: number
          id: string
          note: string | null
          number: number | null
          opened_at: string
          opened_by: string | null
          organization_id: string
          register_id: string
          report: Json | null
          updated_at: string
        }
        Insert: {
          business_date: string
          closed_at?: string | null
          closed_by?: string | null
          counted_amount?: number | null
          created_at?: string
          currency: string
          expected_amount?: number | null
          float_amount: number
          id?: string
          note?: string | null
          number?: number | null
          opened_at?: string
          opened_by?: string | null
          organization_id: string
          register_id: string
          report?: Json | null
          updated_at?: string
        }
        Update: {
          business_date?: string
          closed_at?: string | null
          closed_by?: string | null
          counted_amount?: number | null
          created_at?: string
          currency?: string
          expected_amount?: number | null
          float_amount?: number
          id?: string
          note?: string | null
          number?: number | null
          opened_at?: string
          opened_by?: string | null
          organization_id?: string
          register_id?: string
          report?: Json | null
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "register_shifts_closed_by_fkey"
            columns: ["closed_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "register_shifts_closed_by_fkey"
            columns: ["closed_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "register_shifts_opened_by_fkey"
            columns: ["opened_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "register_shifts_opened_by_fkey"
            columns: ["opened_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "register_shifts_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "register_shifts_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "register_shifts_organization_id_register_id_fkey"
            columns: ["organization_id", "register_id"]
            isOneToOne: false
            referencedRelation: "registers"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      registers: {
        Row: {
          created_at: string
          id: string
          is_active: boolean
          name: string
          organization_id: string
          updated_at: string
        }
        Insert: {
          created_at?: string
          id?: string
          is_active?: boolean
          name: string
          organization_id?: string
          updated_at?: string
        }
        Update: {
          created_at?: string
          id?: string
          is_active?: boolean
          name?: string
          organization_id?: string
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "registers_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "registers_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      reports_cache: {
        Row: {
          created_at: string
          data: Json
          expires_at: string
          id: string
          made_by: string
          organization_id: string
          parameters: Json
          report_type: string
          snapshot: string
        }
        Insert: {
          created_at?: string
          data: Json
          expires_at: string
          id?: string
          made_by?: string
          organization_id: string
          parameters?: Json
          report_type: string
          snapshot?: string
        }
        Update: {
          created_at?: string
          data?: Json
          expires_at?: string
          id?: string
          made_by?: string
          organization_id?: string
          parameters?: Json
          report_type?: string
          snapshot?: string
        }
        Relationships: [
          {
            foreignKeyName: "reports_cache_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "reports_cache_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      reservation_tables: {
        Row: {
          created_at: string
          during: string
          holds: boolean
          organization_id: string
          reservation_id: string
          restaurant_id: string
          table_id: string
        }
        Insert: {
          created_at?: string
          during: string
          holds?: boolean
          organization_id?: string
          reservation_id?: string
          restaurant_id?: string
          table_id: string
        }
        Update: {
          created_at?: string
          during?: string
          holds?: boolean
          organization_id?: string
          reservation_id?: string
          restaurant_id?: string
          table_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "reservation_tables_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "reservation_tables_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "reservation_tables_reservation_id_fkey"
            columns: ["reservation_id"]
            isOneToOne: false
            referencedRelation: "table_reservations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "reservation_tables_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurant"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "reservation_tables_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurants"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "reservation_tables_table_id_fkey"
            columns: ["table_id"]
            isOneToOne: false
            referencedRelation: "restaurant_tables"
            referencedColumns: ["id"]
          },
        ]
      }
      restaurant_tables: {
        Row: {
          capacity: number
          code: string
          combined_into: string | null
          created_at: string
          features: Json
          height: number
          id: string
          iiko_id: string | null
          is_active: boolean
          name: string | null
          organization_id: string
          position_x: number
          position_y: number
          restaurant_id: string
          rotation: number
          section: string | null
          shape: "rectangle" | "round" | "square"
          status: "available" | "occupied" | "reserved" | "cleaning" | "out_of_service"
          table_number: number
          updated_at: string
          width: number
        }
        Insert: {
          capacity: number
          code?: string
          combined_into?: string | null
          created_at?: string
          features?: Json
          height?: number
          id?: string
          iiko_id?: string | null
          is_active?: boolean
          name?: string | null
          organization_id?: string
          position_x?: number
          position_y?: number
          restaurant_id?: string
          rotation?: number
          section?: string | null
          shape?: "rectangle" | "round" | "square"
          status?: "available" | "occupied" | "reserved" | "cleaning" | "out_of_service"
          table_number: number
          updated_at?: string
          width?: number
        }
        Update: {
          capacity?: number
          code?: string
          combined_into?: string | null
          created_at?: string
          features?: Json
          height?: number
          id?: string
          iiko_id?: string | null
          is_active?: boolean
          name?: string | null
          organization_id?: string
          position_x?: number
          position_y?: number
          restaurant_id?: string
          rotation?: number
          section?: string | null
          shape?: "rectangle" | "round" | "square"
          status?: "available" | "occupied" | "reserved" | "cleaning" | "out_of_service"
          table_number?: number
          updated_at?: string
          width?: number
        }
        Relationships: [
          {
            foreignKeyName: "restaurant_tables_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "restaurant_tables_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "restaurant_tables_restaurant_id_combined_into_fkey"
            columns: ["restaurant_id", "combined_into"]
            isOneToOne: false
            referencedRelation: "restaurant_tables"
            referencedColumns: ["restaurant_id", "id"]
          },
          {
            foreignKeyName: "restaurant_tables_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurant"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "restaurant_tables_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurants"
            referencedColumns: ["id"]
          },
        ]
      }
      restaurants: {
        Row: {
          accepts_reservations: boolean
          accepts_takeaway: boolean
          address: string | null
          business_day_cutoff: string
          closed_dates: string[]
          created_at: string
          description: string | null
          email: string | null
          guest_hours: "order" | "start" | "always"
          guests_may_open: boolean
          id: string
          iiko_id: string | null
          iiko_last_synced_at: string | null
          iiko_sync_error: string | null
          iiko_sync_status: string | null
          image_url: string | null
          is_active: boolean
          last_seating_minutes: number
          max_participants: number
          max_party_size: number
          name: string
          opening_hours: Json
          organization_id: string
          pacing_covers: number | null
          phone: string | null
          reservation_buffer_minutes: number
          reservation_days_ahead: number
          reservation_durations: Json
          service_charge_from: number | null
          service_charge_percent: number | null
          session_otp_minutes: number | null
          settings: Json
          slug: string | null
          takeaway_tax_code: string | null
          takeaway_tax_rate: number | null
          timezone: string
          updated_at: string
        }
        Insert: {
          accepts_reservations?: boolean
          accepts_takeaway?: boolean
          address?: string | null
          business_day_cutoff?: string
          closed_dates?: string[]
          created_at?: string
          description?: string | null
          email?: string | null
          guest_hours?: "order" | "start" | "always"
          guests_may_open?: boolean
          id?: string
          iiko_id?: string | null
          iiko_last_synced_at?: string | null
          iiko_sync_error?: string | null
          iiko_sync_status?: string | null
          image_url?: string | null
          is_active?: boolean
          last_seating_minutes?: number
          max_participants?: number
          max_party_size?: number
          name: string
          opening_hours?: Json
          organization_id?: string
          pacing_covers?: number | null
          phone?: string | null
          reservation_buffer_minutes?: number
          reservation_days_ahead?: number
          reservation_durations?: Json
          service_charge_from?: number | null
          service_charge_percent?: number | null
          session_otp_minutes?: number | null
          settings?: Json
          slug?: string | null
          takeaway_tax_code?: string | null
          takeaway_tax_rate?: number | null
          timezone?: string
          updated_at?: string
        }
        Update: {
          accepts_reservations?: boolean
          accepts_takeaway?: boolean
          address?: string | null
          business_day_cutoff?: string
          closed_dates?: string[]
          created_at?: string
          description?: string | null
          email?: string | null
          guest_hours?: "order" | "start" | "always"
          guests_may_open?: boolean
          id?: string
          iiko_id?: string | null
          iiko_last_synced_at?: string | null
          iiko_sync_error?: string | null
          iiko_sync_status?: string | null
          image_url?: string | null
          is_active?: boolean
          last_seating_minutes?: number
          max_participants?: number
          max_party_size?: number
          name?: string
          opening_hours?: Json
          organization_id?: string
          pacing_covers?: number | null
          phone?: string | null
          reservation_buffer_minutes?: number
          reservation_days_ahead?: number
          reservation_durations?: Json
          service_charge_from?: number | null
          service_charge_percent?: number | null
          session_otp_minutes?: number | null
          settings?: Json
          slug?: string | null
          takeaway_tax_code?: string | null
          takeaway_tax_rate?: number | null
          timezone?: string
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "restaurants_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "restaurants_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      role_permissions: {
        Row: {
          action: "read" | "create" | "update" | "delete" | "*"
          resource: string
          role: "super_admin" | "owner" | "admin" | "manager" | "finance" | "staff" | "waiter" | "kitchen" | "customer"
        }
        Insert: {
          action: "read" | "create" | "update" | "delete" | "*"
          resource: string
          role: "super_admin" | "owner" | "admin" | "manager" | "finance" | "staff" | "waiter" | "kitchen" | "customer"
        }
        Update: {
          action?: "read" | "create" | "update" | "delete" | "*"
          resource?: string
          role?: "super_admin" | "owner" | "admin" | "manager" | "finance" | "staff" | "waiter" | "kitchen" | "customer"
        }
        Relationships: []
      }
      sales_invoice_bookings: {
        Row: {
          booking_id: string
          booking_type: string
          created_at: string
          id: string
          invoice_id: string
          is_open: boolean
          organization_id: string
        }
        Insert: {
          booking_id: string
          booking_type: string
          created_at?: string
          id?: string
          invoice_id: string
          is_open?: boolean
          organization_id: string
        }
        Update: {
          booking_id?: string
          booking_type?: string
          created_at?: string
          id?: string
          invoice_id?: string
          is_open?: boolean
          organization_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "sales_invoice_bookings_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "sales_invoice_bookings_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "sales_invoice_bookings_organization_id_invoice_id_fkey"
            columns: ["organization_id", "invoice_id"]
            isOneToOne: false
            referencedRelation: "sales_invoices"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      sales_invoices: {
        Row: {
          buyer: Json
          created_at: string
          credits_invoice_id: string | null
          currency: string
          id: string
          idempotency_key: string | null
          issued_at: string
          issued_by: string | null
          issued_on: string
          kind: "invoice" | "credit_note"
          language: string
          lines: Json
          net_amount: number
          note: string | null
          number: string
          organization_id: string
          paid_amount: number
          refund_id: string | null
          seller: Json
          sequence: number
          tax_amount: number
          taxes: Json
          total_amount: number
          year: number
        }
        Insert: {
          buyer?: Json
          created_at?: string
          credits_invoice_id?: string | null
          currency: string
          id?: string
          idempotency_key?: string | null
          issued_at: string
          issued_by?: string | null
          issued_on: string
          kind: "invoice" | "credit_note"
          language: string
          lines: Json
          net_amount: number
          note?: string | null
          number: string
          organization_id: string
          paid_amount?: number
          refund_id?: string | null
          seller: Json
          sequence: number
          tax_amount: number
          taxes: Json
          total_amount: number
          year: number
        }
        Update: {
          buyer?: Json
          created_at?: string
          credits_invoice_id?: string | null
          currency?: string
          id?: string
          idempotency_key?: string | null
          issued_at?: string
          issued_by?: string | null
          issued_on?: string
          kind?: "invoice" | "credit_note"
          language?: string
          lines?: Json
          net_amount?: number
          note?: string | null
          number?: string
          organization_id?: string
          paid_amount?: number
          refund_id?: string | null
          seller?: Json
          sequence?: number
          tax_amount?: number
          taxes?: Json
          total_amount?: number
          year?: number
        }
        Relationships: [
          {
            foreignKeyName: "sales_invoices_issued_by_fkey"
            columns: ["issued_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "sales_invoices_issued_by_fkey"
            columns: ["issued_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "sales_invoices_organization_id_credits_invoice_id_fkey"
            columns: ["organization_id", "credits_invoice_id"]
            isOneToOne: false
            referencedRelation: "sales_invoices"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "sales_invoices_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "sales_invoices_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "sales_invoices_organization_id_refund_id_fkey"
            columns: ["organization_id", "refund_id"]
            isOneToOne: false
            referencedRelation: "refunds"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      seasonal_pricing_rules: {
        Row: {
          apply_to_days: string[] | null
          chalet_id: string | null
          created_at: string
          description: string | null
          end_date: string
          id: string
          is_active: boolean
          min_nights: number | null
          multiplier: number
          name: string
          organization_id: string
          priority: number
          start_date: string
          updated_at: string
        }
        Insert: {
          apply_to_days?: string[] | null
          chalet_id?: string | null
          created_at?: string
          description?: string | null
          end_date: string
          id?: string
          is_active?: boolean
          min_nights?: number | null
          multiplier: number
          name: string
          organization_id?: string
          priority?: number
          start_date: string
          updated_at?: string
        }
        Update: {
          apply_to_days?: string[] | null
          chalet_id?: string | null
          created_at?: string
          description?: string | null
          end_date?: string
          id?: string
          is_active?: boolean
          min_nights?: number | null
          multiplier?: number
          name?: string
          organization_id?: string
          priority?: number
          start_date?: string
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "seasonal_pricing_rules_organization_id_chalet_id_fkey"
            columns: ["organization_id", "chalet_id"]
            isOneToOne: false
            referencedRelation: "chalets"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "seasonal_pricing_rules_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "seasonal_pricing_rules_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      security_audit_log: {
        Row: {
          created_at: string
          description: string | null
          event_type: string
          id: string
          ip_address: string | null
          metadata: Json
          organization_id: string | null
          request_id: string | null
          severity: "info" | "warning" | "error" | "critical"
          user_agent: string | null
          user_id: string | null
        }
        Insert: {
          created_at?: string
          description?: string | null
          event_type: string
          id?: string
          ip_address?: string | null
          metadata?: Json
          organization_id?: string | null
          request_id?: string | null
          severity?: "info" | "warning" | "error" | "critical"
          user_agent?: string | null
          user_id?: string | null
        }
        Update: {
          created_at?: never
          description?: never
          event_type?: never
          id?: never
          ip_address?: never
          metadata?: never
          organization_id?: never
          request_id?: never
          severity?: never
          user_agent?: never
          user_id?: never
        }
        Relationships: []
      }
      session_customers: {
        Row: {
          created_at: string
          deleted_at: string | null
          id: string
          joined_at: string
          name: string | null
          organization_id: string
          phone: string | null
          restaurant_id: string
          session_id: string
          updated_at: string
          user_id: string | null
        }
        Insert: {
          created_at?: string
          deleted_at?: string | null
          id?: string
          joined_at?: string
          name?: string | null
          organization_id?: string
          phone?: string | null
          restaurant_id?: string
          session_id?: string
          updated_at?: string
          user_id?: string | null
        }
        Update: {
          created_at?: string
          deleted_at?: string | null
          id?: string
          joined_at?: string
          name?: string | null
          organization_id?: string
          phone?: string | null
          restaurant_id?: string
          session_id?: string
          updated_at?: string
          user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "session_customers_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "session_customers_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "session_customers_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurant"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "session_customers_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurants"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "session_customers_session_id_fkey"
            columns: ["session_id"]
            isOneToOne: false
            referencedRelation: "table_sessions"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "session_customers_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "session_customers_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      staff: {
        Row: {
          created_at: string
          department: string
          hire_date: string | null
          hourly_rate: number | null
          id: string
          is_active: boolean
          organization_id: string
          permissions: Json
          position: string | null
          restaurant_ids: string[] | null
          updated_at: string
        }
        Insert: {
          created_at?: string
          department: string
          hire_date?: string | null
          hourly_rate?: number | null
          id?: string
          is_active?: boolean
          organization_id?: string
          permissions?: Json
          position?: string | null
          restaurant_ids?: string[] | null
          updated_at?: string
        }
        Update: {
          created_at?: string
          department?: string
          hire_date?: string | null
          hourly_rate?: number | null
          id?: string
          is_active?: boolean
          organization_id?: string
          permissions?: Json
          position?: string | null
          restaurant_ids?: string[] | null
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "staff_id_fkey"
            columns: ["id"]
            isOneToOne: true
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "staff_id_fkey"
            columns: ["id"]
            isOneToOne: true
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "staff_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "staff_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      staff_activity_log: {
        Row: {
          activity_type: string
          created_at: string
          description: string | null
          entity_id: string | null
          entity_type: string | null
          id: string
          metadata: Json
          organization_id: string
          staff_id: string
        }
        Insert: {
          activity_type: string
          created_at?: string
          description?: string | null
          entity_id?: string | null
          entity_type?: string | null
          id?: string
          metadata?: Json
          organization_id?: string
          staff_id?: string
        }
        Update: {
          activity_type?: never
          created_at?: never
          description?: never
          entity_id?: never
          entity_type?: never
          id?: never
          metadata?: never
          organization_id?: never
          staff_id?: never
        }
        Relationships: [
          {
            foreignKeyName: "staff_activity_log_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "staff_activity_log_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "staff_activity_log_staff_id_fkey"
            columns: ["staff_id"]
            isOneToOne: false
            referencedRelation: "staff"
            referencedColumns: ["id"]
          },
        ]
      }
      staff_schedules: {
        Row: {
          break_minutes: number
          created_at: string
          created_by: string | null
          end_time: string
          ends_at: string
          id: string
          notes: string | null
          organization_id: string
          role: string | null
          shift: string
          shift_date: string
          staff_id: string
          start_time: string
          starts_at: string
          status: "scheduled" | "confirmed" | "completed" | "cancelled" | "no_show"
          timezone: string
          updated_at: string
          venue_id: string | null
        }
        Insert: {
          break_minutes?: number
          created_at?: string
          created_by?: string | null
          end_time: string
          ends_at: string
          id?: string
          notes?: string | null
          organization_id?: string
          role?: string | null
          shift?: never
          shift_date: string
          staff_id?: string
          start_time: string
          starts_at: string
          status?: "scheduled" | "confirmed" | "completed" | "cancelled" | "no_show"
          timezone: string
          updated_at?: string
          venue_id?: string | null
        }
        Update: {
          break_minutes?: number
          created_at?: string
          created_by?: string | null
          end_time?: string
          ends_at?: string
          id?: string
          notes?: string | null
          organization_id?: string
          role?: string | null
          shift?: never
          shift_date?: string
          staff_id?: string
          start_time?: string
          starts_at?: string
          status?: "scheduled" | "confirmed" | "completed" | "cancelled" | "no_show"
          timezone?: string
          updated_at?: string
          venue_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "staff_schedules_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "staff_schedules_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "staff_schedules_staff_id_fkey"
            columns: ["staff_id"]
            isOneToOne: false
            referencedRelation: "staff"
            referencedColumns: ["id"]
          },
        ]
      }
      stock_levels: {
        Row: {
          created_at: string
          ingredient_id: string
          organization_id: string
          quantity: number
          reorder_level: number | null
          store_id: string
          updated_at: string
        }
        Insert: {
          created_at?: string
          ingredient_id: string
          organization_id?: string
          quantity?: number
          reorder_level?: number | null
          store_id?: string
          updated_at?: string
        }
        Update: {
          created_at?: string
          ingredient_id?: string
          organization_id?: string
          quantity?: number
          reorder_level?: number | null
          store_id?: string
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "stock_levels_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "stock_levels_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "stock_levels_organization_id_ingredient_id_fkey"
            columns: ["organization_id", "ingredient_id"]
            isOneToOne: false
            referencedRelation: "ingredients"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "stock_levels_organization_id_store_id_fkey"
            columns: ["organization_id", "store_id"]
            isOneToOne: false
            referencedRelation: "store"
            referencedColumns: ["account_id", "id"]
          },
          {
            foreignKeyName: "stock_levels_organization_id_store_id_fkey"
            columns: ["organization_id", "store_id"]
            isOneToOne: false
            referencedRelation: "stores"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      stock_movements: {
        Row: {
          created_at: string
          created_by: string | null
          id: string
          ingredient_id: string
          invoice_line_id: string | null
          is_counted: boolean
          kind: "purchase" | "return" | "sale" | "void" | "waste" | "count" | "transfer" | "production"
          note: string | null
          order_line_id: string | null
          organization_id: string
          quantity: number
          store_id: string
          unit_cost: number | null
        }
        Insert: {
          created_at?: never
          created_by?: never
          id?: never
          ingredient_id?: never
          invoice_line_id?: never
          is_counted?: never
          kind?: never
          note?: never
          order_line_id?: never
          organization_id?: never
          quantity?: never
          store_id?: never
          unit_cost?: never
        }
        Update: {
          created_at?: never
          created_by?: never
          id?: never
          ingredient_id?: never
          invoice_line_id?: never
          is_counted?: never
          kind?: never
          note?: never
          order_line_id?: never
          organization_id?: never
          quantity?: never
          store_id?: never
          unit_cost?: never
        }
        Relationships: [
          {
            foreignKeyName: "stock_movements_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "stock_movements_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "stock_movements_organization_id_ingredient_id_fkey"
            columns: ["organization_id", "ingredient_id"]
            isOneToOne: false
            referencedRelation: "ingredients"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "stock_movements_organization_id_invoice_line_id_fkey"
            columns: ["organization_id", "invoice_line_id"]
            isOneToOne: false
            referencedRelation: "invoice_lines"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "stock_movements_organization_id_store_id_fkey"
            columns: ["organization_id", "store_id"]
            isOneToOne: false
            referencedRelation: "store"
            referencedColumns: ["account_id", "id"]
          },
          {
            foreignKeyName: "stock_movements_organization_id_store_id_fkey"
            columns: ["organization_id", "store_id"]
            isOneToOne: false
            referencedRelation: "stores"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      storage_buckets: {
        Row: {
          allowed_mime_types: string[] | null
          created_at: string
          file_size_limit: number | null
          id: string
          name: string
          organization_id: string | null
          owner_id: string | null
          public: boolean
          type: string
          updated_at: string
        }
        Insert: {
          allowed_mime_types?: string[] | null
          created_at?: string
          file_size_limit?: number | null
          id: string
          name: string
          organization_id?: string | null
          owner_id?: string | null
          public?: boolean
          type?: string
          updated_at?: string
        }
        Update: {
          allowed_mime_types?: string[] | null
          created_at?: string
          file_size_limit?: number | null
          id?: string
          name?: string
          organization_id?: string | null
          owner_id?: string | null
          public?: boolean
          type?: string
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "storage_buckets_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "storage_buckets_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      storage_objects: {
        Row: {
          bucket_id: string
          created_at: string
          id: string
          last_accessed_at: string
          metadata: Json
          name: string
          organization_id: string | null
          owner_id: string | null
          updated_at: string
          user_metadata: Json | null
          version: string
        }
        Insert: {
          bucket_id?: string
          created_at?: string
          id?: string
          last_accessed_at?: string
          metadata?: Json
          name: string
          organization_id?: string | null
          owner_id?: string | null
          updated_at?: string
          user_metadata?: Json | null
          version?: string
        }
        Update: {
          bucket_id?: string
          created_at?: string
          id?: string
          last_accessed_at?: string
          metadata?: Json
          name?: string
          organization_id?: string | null
          owner_id?: string | null
          updated_at?: string
          user_metadata?: Json | null
          version?: string
        }
        Relationships: [
          {
            foreignKeyName: "storage_objects_bucket_id_fkey"
            columns: ["bucket_id"]
            isOneToOne: false
            referencedRelation: "storage_buckets"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "storage_objects_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "storage_objects_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      storage_uploads: {
        Row: {
          bucket_id: string
          bytes: number
          created_at: string
          id: string
          organization_id: string | null
          updated_at: string
        }
        Insert: {
          bucket_id: string
          bytes: number
          created_at?: string
          id: string
          organization_id?: string | null
          updated_at?: string
        }
        Update: {
          bucket_id?: string
          bytes?: number
          created_at?: string
          id?: string
          organization_id?: string | null
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "storage_uploads_bucket_id_fkey"
            columns: ["bucket_id"]
            isOneToOne: false
            referencedRelation: "storage_buckets"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "storage_uploads_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "storage_uploads_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      storage_usage: {
        Row: {
          bucket_id: string
          bytes: number
          created_at: string
          objects: number
          organization_id: string | null
          updated_at: string
        }
        Insert: {
          bucket_id: string
          bytes?: number
          created_at?: string
          objects?: number
          organization_id?: string | null
          updated_at?: string
        }
        Update: {
          bucket_id?: string
          bytes?: number
          created_at?: string
          objects?: number
          organization_id?: string | null
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "storage_usage_bucket_id_fkey"
            columns: ["bucket_id"]
            isOneToOne: true
            referencedRelation: "storage_buckets"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "storage_usage_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "storage_usage_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      stored_cards: {
        Row: {
          asked_at: string | null
          booking_id: string | null
          booking_type: string | null
          brand: string | null
          consent: string
          consented_at: string
          created_at: string
          customer_id: string | null
          expires_on: string | null
          failure_reason: string | null
          id: string
          last4: string | null
          link: string | null
          link_ends_at: string | null
          organization_id: string
          provider: string
          provider_ref: string | null
          return_path: string
          status: "asked" | "stored" | "removed" | "cancelled"
          updated_at: string
          user_id: string | null
        }
        Insert: {
          asked_at?: string | null
          booking_id?: string | null
          booking_type?: string | null
          brand?: string | null
          consent: string
          consented_at?: string
          created_at?: string
          customer_id?: string | null
          expires_on?: string | null
          failure_reason?: string | null
          id?: string
          last4?: string | null
          link?: string | null
          link_ends_at?: string | null
          organization_id: string
          provider: string
          provider_ref?: string | null
          return_path?: string
          status?: "asked" | "stored" | "removed" | "cancelled"
          updated_at?: string
          user_id?: string | null
        }
        Update: {
          asked_at?: string | null
          booking_id?: string | null
          booking_type?: string | null
          brand?: string | null
          consent?: string
          consented_at?: string
          created_at?: string
          customer_id?: string | null
          expires_on?: string | null
          failure_reason?: string | null
          id?: string
          last4?: string | null
          link?: string | null
          link_ends_at?: string | null
          organization_id?: string
          provider?: string
          provider_ref?: string | null
          return_path?: string
          status?: "asked" | "stored" | "removed" | "cancelled"
          updated_at?: string
          user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "stored_cards_booking_type_fkey"
            columns: ["booking_type"]
            isOneToOne: false
            referencedRelation: "booking_types"
            referencedColumns: ["name"]
          },
          {
            foreignKeyName: "stored_cards_organization_id_customer_id_fkey"
            columns: ["organization_id", "customer_id"]
            isOneToOne: false
            referencedRelation: "customers"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "stored_cards_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "stored_cards_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "stored_cards_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "stored_cards_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      stores: {
        Row: {
          address: string | null
          created_at: string
          description: string | null
          id: string
          iiko_id: string | null
          iiko_last_synced_at: string | null
          iiko_sync_error: string | null
          iiko_sync_status: string | null
          is_active: boolean
          is_default: boolean
          name: string
          organization_id: string
          restaurant_id: string | null
          updated_at: string
        }
        Insert: {
          address?: string | null
          created_at?: string
          description?: string | null
          id?: string
          iiko_id?: string | null
          iiko_last_synced_at?: string | null
          iiko_sync_error?: string | null
          iiko_sync_status?: string | null
          is_active?: boolean
          is_default?: boolean
          name: string
          organization_id?: string
          restaurant_id?: string | null
          updated_at?: string
        }
        Update: {
          address?: string | null
          created_at?: string
          description?: string | null
          id?: string
          iiko_id?: string | null
          iiko_last_synced_at?: string | null
          iiko_sync_error?: string | null
          iiko_sync_status?: string | null
          is_active?: boolean
          is_default?: boolean
          name?: string
          organization_id?: string
          restaurant_id?: string | null
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "stores_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "stores_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "stores_organization_id_restaurant_id_fkey"
            columns: ["organization_id", "restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurant"
            referencedColumns: ["account_id", "id"]
          },
          {
            foreignKeyName: "stores_organization_id_restaurant_id_fkey"
            columns: ["organization_id", "restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurants"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      subscriptions: {
        Row: {
          amount: number
          asked_at: string | null
          booking_id: string
          booking_type: string
          created_at: string
          currency: string
          customer_id: string | null
          description: string
          end_asked_at: string | null
          failed_at: string | null
          first_amount: number
          id: string
          is_paused: boolean
          link: string | null
          link_ends_at: string | null
          months: number
          next_at: string | null
          organization_id: string
          provider: string
          provider_ref: string | null
          reason: string | null
          renews_at: string
          return_path: string
          status: "asked" | "active" | "past_due" | "ended"
          step: number
          updated_at: string
          user_id: string | null
          wants_end: boolean
        }
        Insert: {
          amount: number
          asked_at?: string | null
          booking_id: string
          booking_type: string
          created_at?: string
          currency: string
          customer_id?: string | null
          description: string
          end_asked_at?: string | null
          failed_at?: string | null
          first_amount: number
          id?: string
          is_paused?: boolean
          link?: string | null
          link_ends_at?: string | null
          months: number
          next_at?: string | null
          organization_id: string
          provider: string
          provider_ref?: string | null
          reason?: string | null
          renews_at: string
          return_path?: string
          status?: "asked" | "active" | "past_due" | "ended"
          step?: number
          updated_at?: string
          user_id?: string | null
          wants_end?: boolean
        }
        Update: {
          amount?: number
          asked_at?: string | null
          booking_id?: string
          booking_type?: string
          created_at?: string
          currency?: string
          customer_id?: string | null
          description?: string
          end_asked_at?: string | null
          failed_at?: string | null
          first_amount?: number
          id?: string
          is_paused?: boolean
          link?: string | null
          link_ends_at?: string | null
          months?: number
          next_at?: string | null
          organization_id?: string
          provider?: string
          provider_ref?: string | null
          reason?: string | null
          renews_at?: string
          return_path?: string
          status?: "asked" | "active" | "past_due" | "ended"
          step?: number
          updated_at?: string
          user_id?: string | null
          wants_end?: boolean
        }
        Relationships: [
          {
            foreignKeyName: "subscriptions_booking_type_fkey"
            columns: ["booking_type"]
            isOneToOne: false
            referencedRelation: "booking_types"
            referencedColumns: ["name"]
          },
          {
            foreignKeyName: "subscriptions_organization_id_customer_id_fkey"
            columns: ["organization_id", "customer_id"]
            isOneToOne: false
            referencedRelation: "customers"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "subscriptions_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "subscriptions_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "subscriptions_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "subscriptions_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      supplier_prices: {
        Row: {
          created_at: string
          id: string
          ingredient_id: string
          minimum_quantity: number
          organization_id: string
          price: number
          sku: string | null
          supplier_id: string
          unit: string
          updated_at: string
          valid_from: string
          valid_until: string | null
        }
        Insert: {
          created_at?: string
          id?: string
          ingredient_id: string
          minimum_quantity?: number
          organization_id?: string
          price: number
          sku?: string | null
          supplier_id?: string
          unit: string
          updated_at?: string
          valid_from?: string
          valid_until?: string | null
        }
        Update: {
          created_at?: string
          id?: string
          ingredient_id?: string
          minimum_quantity?: number
          organization_id?: string
          price?: number
          sku?: string | null
          supplier_id?: string
          unit?: string
          updated_at?: string
          valid_from?: string
          valid_until?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "supplier_prices_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "supplier_prices_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "supplier_prices_organization_id_ingredient_id_fkey"
            columns: ["organization_id", "ingredient_id"]
            isOneToOne: false
            referencedRelation: "ingredients"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "supplier_prices_organization_id_supplier_id_fkey"
            columns: ["organization_id", "supplier_id"]
            isOneToOne: false
            referencedRelation: "suppliers"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      suppliers: {
        Row: {
          address: string | null
          contact_name: string | null
          created_at: string
          customer_number: string | null
          email: string | null
          id: string
          iiko_id: string | null
          iiko_last_synced_at: string | null
          iiko_sync_error: string | null
          iiko_sync_status: string | null
          is_active: boolean
          minimum_order: number | null
          name: string
          notes: string | null
          order_days: string[]
          organization_id: string
          payment_days: number
          phone: string | null
          tax_id: string | null
          updated_at: string
        }
        Insert: {
          address?: string | null
          contact_name?: string | null
          created_at?: string
          customer_number?: string | null
          email?: string | null
          id?: string
          iiko_id?: string | null
          iiko_last_synced_at?: string | null
          iiko_sync_error?: string | null
          iiko_sync_status?: string | null
          is_active?: boolean
          minimum_order?: number | null
          name: string
          notes?: string | null
          order_days?: string[]
          organization_id?: string
          payment_days?: number
          phone?: string | null
          tax_id?: string | null
          updated_at?: string
        }
        Update: {
          address?: string | null
          contact_name?: string | null
          created_at?: string
          customer_number?: string | null
          email?: string | null
          id?: string
          iiko_id?: string | null
          iiko_last_synced_at?: string | null
          iiko_sync_error?: string | null
          iiko_sync_status?: string | null
          is_active?: boolean
          minimum_order?: number | null
          name?: string
          notes?: string | null
          order_days?: string[]
          organization_id?: string
          payment_days?: number
          phone?: string | null
          tax_id?: string | null
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "suppliers_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "suppliers_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      system_settings: {
        Row: {
          category: string | null
          created_at: string
          description: string | null
          is_public: boolean
          key: string
          updated_at: string
          updated_by: string | null
          value: Json
        }
        Insert: {
          category?: string | null
          created_at?: string
          description?: string | null
          is_public?: boolean
          key: string
          updated_at?: string
          updated_by?: string | null
          value: Json
        }
        Update: {
          category?: string | null
          created_at?: string
          description?: string | null
          is_public?: boolean
          key?: string
          updated_at?: string
          updated_by?: string | null
          value?: Json
        }
        Relationships: [
          {
            foreignKeyName: "system_settings_updated_by_fkey"
            columns: ["updated_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "system_settings_updated_by_fkey"
            columns: ["updated_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      table_combinations: {
        Row: {
          capacity: number
          created_at: string
          id: string
          is_active: boolean
          name: string | null
          organization_id: string
          restaurant_id: string
          table_ids: string[]
          updated_at: string
        }
        Insert: {
          capacity: number
          created_at?: string
          id?: string
          is_active?: boolean
          name?: string | null
          organization_id?: string
          restaurant_id?: string
          table_ids: string[]
          updated_at?: string
        }
        Update: {
          capacity?: number
          created_at?: string
          id?: string
          is_active?: boolean
          name?: string | null
          organization_id?: string
          restaurant_id?: string
          table_ids?: string[]
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "table_combinations_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "table_combinations_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "table_combinations_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurant"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "table_combinations_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurants"
            referencedColumns: ["id"]
          },
        ]
      }
      table_reservations: {
        Row: {
          business_date: string
          cancellation_reason: string | null
          cancelled_at: string | null
          confirmation_code: string
          created_at: string
          customer_id: string | null
          duration_minutes: number
          during: string
          guest_email: string | null
          guest_name: string | null
          guest_phone: string | null
          hold_expires_at: string | null
          id: string
          idempotency_key: string | null
          organization_id: string
          party_size: number
          reservation_date: string
          reservation_time: string
          restaurant_id: string
          session_id: string | null
          special_requests: string | null
          status: "pending" | "confirmed" | "seated" | "completed" | "cancelled" | "no_show"
          table_id: string
          table_ids: string[]
          updated_at: string
          user_id: string | null
        }
        Insert: {
          business_date?: string
          cancellation_reason?: string | null
          cancelled_at?: string | null
          confirmation_code?: string
          created_at?: string
          customer_id?: string | null
          duration_minutes?: number
          during?: string
          guest_email?: string | null
          guest_name?: string | null
          guest_phone?: string | null
          hold_expires_at?: string | null
          id?: string
          idempotency_key?: string | null
          organization_id?: string
          party_size: number
          reservation_date: string
          reservation_time: string
          restaurant_id?: string
          session_id?: string | null
          special_requests?: string | null
          status?: "pending" | "confirmed" | "seated" | "completed" | "cancelled" | "no_show"
          table_id?: string
          table_ids?: string[]
          updated_at?: string
          user_id?: string | null
        }
        Update: {
          business_date?: string
          cancellation_reason?: string | null
          cancelled_at?: string | null
          confirmation_code?: string
          created_at?: string
          customer_id?: string | null
          duration_minutes?: number
          during?: string
          guest_email?: string | null
          guest_name?: string | null
          guest_phone?: string | null
          hold_expires_at?: string | null
          id?: string
          idempotency_key?: string | null
          organization_id?: string
          party_size?: number
          reservation_date?: string
          reservation_time?: string
          restaurant_id?: string
          session_id?: string | null
          special_requests?: string | null
          status?: "pending" | "confirmed" | "seated" | "completed" | "cancelled" | "no_show"
          table_id?: string
          table_ids?: string[]
          updated_at?: string
          user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "table_reservations_organization_id_customer_id_fkey"
            columns: ["organization_id", "customer_id"]
            isOneToOne: false
            referencedRelation: "customers"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "table_reservations_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "table_reservations_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "table_reservations_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurant"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "table_reservations_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurants"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "table_reservations_restaurant_id_session_id_fkey"
            columns: ["restaurant_id", "session_id"]
            isOneToOne: false
            referencedRelation: "table_sessions"
            referencedColumns: ["restaurant_id", "id"]
          },
          {
            foreignKeyName: "table_reservations_restaurant_id_table_id_fkey"
            columns: ["restaurant_id", "table_id"]
            isOneToOne: false
            referencedRelation: "restaurant_tables"
            referencedColumns: ["restaurant_id", "id"]
          },
          {
            foreignKeyName: "table_reservations_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "table_reservations_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      table_sessions: {
        Row: {
          billed_at: string | null
          cleared_at: string | null
          created_at: string
          deleted_at: string | null
          id: string
          merged_into: string | null
          net_amount: number
          opened_by: string | null
          organization_id: string
          otp_expires_at: string | null
          paid_amount: number
          party_size: number | null
          receipt_code: string | null
          reservation_id: string | null
          restaurant_id: string
          service_call: "help" | "bill" | "pay_cash" | "pay_card" | null
          service_called_at: string | null
          service_seen_at: string | null
          service_seen_by: string | null
          service_seen_call: string | null
          session_otp: string
          status: "active" | "billed" | "cleared"
          table_id: string
          tax_amount: number
          total_amount: number
          updated_at: string
          version: number
        }
        Insert: {
          billed_at?: string | null
          cleared_at?: string | null
          created_at?: string
          deleted_at?: string | null
          id?: string
          merged_into?: string | null
          net_amount?: number
          opened_by?: string | null
          organization_id?: string
          otp_expires_at?: string | null
          paid_amount?: number
          party_size?: number | null
          receipt_code?: string | null
          reservation_id?: string | null
          restaurant_id?: string
          service_call?: "help" | "bill" | "pay_cash" | "pay_card" | null
          service_called_at?: string | null
          service_seen_at?: string | null
          service_seen_by?: string | null
          service_seen_call?: string | null
          session_otp?: string
          status?: "active" | "billed" | "cleared"
          table_id: string
          tax_amount?: number
          total_amount?: number
          updated_at?: string
          version?: number
        }
        Update: {
          billed_at?: string | null
          cleared_at?: string | null
          created_at?: string
          deleted_at?: string | null
          id?: string
          merged_into?: string | null
          net_amount?: number
          opened_by?: string | null
          organization_id?: string
          otp_expires_at?: string | null
          paid_amount?: number
          party_size?: number | null
          receipt_code?: string | null
          reservation_id?: string | null
          restaurant_id?: string
          service_call?: "help" | "bill" | "pay_cash" | "pay_card" | null
          service_called_at?: string | null
          service_seen_at?: string | null
          service_seen_by?: string | null
          service_seen_call?: string | null
          session_otp?: string
          status?: "active" | "billed" | "cleared"
          table_id?: string
          tax_amount?: number
          total_amount?: number
          updated_at?: string
          version?: number
        }
        Relationships: [
          {
            foreignKeyName: "table_sessions_merged_into_fkey"
            columns: ["merged_into"]
            isOneToOne: false
            referencedRelation: "table_sessions"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "table_sessions_opened_by_fkey"
            columns: ["opened_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "table_sessions_opened_by_fkey"
            columns: ["opened_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "table_sessions_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "table_sessions_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "table_sessions_reservation_id_fkey"
            columns: ["organization_id", "reservation_id"]
            isOneToOne: false
            referencedRelation: "table_reservations"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "table_sessions_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurant"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "table_sessions_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurants"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "table_sessions_restaurant_id_table_id_fkey"
            columns: ["restaurant_id", "table_id"]
            isOneToOne: false
            referencedRelation: "restaurant_tables"
            referencedColumns: ["restaurant_id", "id"]
          },
          {
            foreignKeyName: "table_sessions_service_seen_by_fkey"
            columns: ["service_seen_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "table_sessions_service_seen_by_fkey"
            columns: ["service_seen_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      tax_rates: {
        Row: {
          account: string | null
          code: string
          created_at: string
          id: string
          name: string | null
          organization_id: string
          rate: number
          updated_at: string
          valid_from: string
        }
        Insert: {
          account?: string | null
          code: string
          created_at?: string
          id?: string
          name?: string | null
          organization_id?: string
          rate: number
          updated_at?: string
          valid_from?: string
        }
        Update: {
          account?: string | null
          code?: string
          created_at?: string
          id?: string
          name?: string | null
          organization_id?: string
          rate?: number
          updated_at?: string
          valid_from?: string
        }
        Relationships: [
          {
            foreignKeyName: "tax_rates_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "tax_rates_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      time_breaks: {
        Row: {
          created_at: string
          ended_at: string | null
          entry_id: string
          id: string
          is_paid: boolean
          organization_id: string
          started_at: string
          updated_at: string
        }
        Insert: {
          created_at?: string
          ended_at?: string | null
          entry_id?: string
          id?: string
          is_paid?: boolean
          organization_id?: string
          started_at: string
          updated_at?: string
        }
        Update: {
          created_at?: string
          ended_at?: string | null
          entry_id?: string
          id?: string
          is_paid?: boolean
          organization_id?: string
          started_at?: string
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "time_breaks_organization_id_entry_id_fkey"
            columns: ["organization_id", "entry_id"]
            isOneToOne: false
            referencedRelation: "time_entries"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "time_breaks_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "time_breaks_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      time_entries: {
        Row: {
          amend_reason: string | null
          amended_at: string | null
          amended_by: string | null
          business_date: string
          clock_in_at: string
          clock_out_at: string | null
          created_at: string
          id: string
          notes: string | null
          organization_id: string
          schedule_id: string | null
          staff_id: string
          updated_at: string
          worked: string
        }
        Insert: {
          amend_reason?: string | null
          amended_at?: string | null
          amended_by?: string | null
          business_date: string
          clock_in_at: string
          clock_out_at?: string | null
          created_at?: string
          id?: string
          notes?: string | null
          organization_id?: string
          schedule_id?: string | null
          staff_id?: string
          updated_at?: string
          worked?: never
        }
        Update: {
          amend_reason?: string | null
          amended_at?: string | null
          amended_by?: string | null
          business_date?: string
          clock_in_at?: string
          clock_out_at?: string | null
          created_at?: string
          id?: string
          notes?: string | null
          organization_id?: string
          schedule_id?: string | null
          staff_id?: string
          updated_at?: string
          worked?: never
        }
        Relationships: [
          {
            foreignKeyName: "time_entries_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "time_entries_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "time_entries_organization_id_schedule_id_fkey"
            columns: ["organization_id", "schedule_id"]
            isOneToOne: false
            referencedRelation: "staff_schedules"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "time_entries_staff_id_fkey"
            columns: ["staff_id"]
            isOneToOne: false
            referencedRelation: "staff"
            referencedColumns: ["id"]
          },
        ]
      }
      user_credit_transactions: {
        Row: {
          amount: number
          created_at: string
          created_by: string | null
          credit_id: string
          id: string
          kind: "granted" | "spent" | "returned" | "expired"
          organization_id: string
          payment_id: string | null
          reason: string | null
          refund_id: string | null
        }
        Insert: {
          amount?: never
          created_at?: never
          created_by?: never
          credit_id?: never
          id?: never
          kind?: never
          organization_id?: never
          payment_id?: never
          reason?: never
          refund_id?: never
        }
        Update: {
          amount?: never
          created_at?: never
          created_by?: never
          credit_id?: never
          id?: never
          kind?: never
          organization_id?: never
          payment_id?: never
          reason?: never
          refund_id?: never
        }
        Relationships: [
          {
            foreignKeyName: "user_credit_transactions_created_by_fkey"
            columns: ["created_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "user_credit_transactions_created_by_fkey"
            columns: ["created_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "user_credit_transactions_organization_id_credit_id_fkey"
            columns: ["organization_id", "credit_id"]
            isOneToOne: false
            referencedRelation: "user_credits"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "user_credit_transactions_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "user_credit_transactions_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "user_credit_transactions_organization_id_payment_id_fkey"
            columns: ["organization_id", "payment_id"]
            isOneToOne: false
            referencedRelation: "payments"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "user_credit_transactions_organization_id_refund_id_fkey"
            columns: ["organization_id", "refund_id"]
            isOneToOne: false
            referencedRelation: "refunds"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      user_credits: {
        Row: {
          amount: number
          booking_id: string | null
          booking_type: string | null
          code: string | null
          created_at: string
          created_by: string | null
          currency: string
          customer_id: string | null
          expires_at: string | null
          id: string
          organization_id: string
          reason: string | null
          remaining: number
          source: "goodwill" | "loyalty" | "cancellation" | "refund" | "purchase"
          updated_at: string
          user_id: string | null
        }
        Insert: {
          amount: number
          booking_id?: string | null
          booking_type?: string | null
          code?: string | null
          created_at?: string
          created_by?: string | null
          currency: string
          customer_id?: string | null
          expires_at?: string | null
          id?: string
          organization_id?: string
          reason?: string | null
          remaining: number
          source: "goodwill" | "loyalty" | "cancellation" | "refund" | "purchase"
          updated_at?: string
          user_id?: string | null
        }
        Update: {
          amount?: number
          booking_id?: string | null
          booking_type?: string | null
          code?: string | null
          created_at?: string
          created_by?: string | null
          currency?: string
          customer_id?: string | null
          expires_at?: string | null
          id?: string
          organization_id?: string
          reason?: string | null
          remaining?: number
          source?: "goodwill" | "loyalty" | "cancellation" | "refund" | "purchase"
          updated_at?: string
          user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "user_credits_created_by_fkey"
            columns: ["created_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "user_credits_created_by_fkey"
            columns: ["created_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "user_credits_organization_id_customer_id_fkey"
            columns: ["organization_id", "customer_id"]
            isOneToOne: false
            referencedRelation: "customers"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "user_credits_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "user_credits_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "user_credits_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "user_credits_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      users: {
        Row: {
          app_metadata: Json
          banned_until: string | null
          created_at: string
          deleted_at: string | null
          email: string | null
          email_confirmed_at: string | null
          email_verified: boolean
          failed_login_attempts: number
          first_name: string | null
          full_name: string | null
          id: string
          is_active: boolean
          is_anonymous: boolean
          is_superuser: boolean
          last_name: string | null
          last_password_change: string | null
          last_sign_in_at: string | null
          locked_until: string | null
          organization_by_default: boolean
          organization_id: string | null
          phone: string | null
          phone_confirmed_at: string | null
          phone_verified: boolean
          preferences: Json
          role: "super_admin" | "owner" | "admin" | "manager" | "finance" | "staff" | "waiter" | "kitchen" | "customer"
          two_factor_enabled: boolean
          updated_at: string
          user_metadata: Json
        }
        Insert: {
          app_metadata?: Json
          banned_until?: string | null
          created_at?: string
          deleted_at?: string | null
          email?: string | null
          email_confirmed_at?: string | null
          email_verified?: boolean
          failed_login_attempts?: number
          first_name?: string | null
          full_name?: string | null
          id?: string
          is_active?: boolean
          is_anonymous?: boolean
          is_superuser?: boolean
          last_name?: string | null
          last_password_change?: string | null
          last_sign_in_at?: string | null
          locked_until?: string | null
          organization_by_default?: never
          organization_id?: string | null
          phone?: string | null
          phone_confirmed_at?: string | null
          phone_verified?: never
          preferences?: Json
          role?: "super_admin" | "owner" | "admin" | "manager" | "finance" | "staff" | "waiter" | "kitchen" | "customer"
          two_factor_enabled?: boolean
          updated_at?: string
          user_metadata?: Json
        }
        Update: {
          app_metadata?: Json
          banned_until?: string | null
          created_at?: string
          deleted_at?: string | null
          email?: string | null
          email_confirmed_at?: string | null
          email_verified?: boolean
          failed_login_attempts?: number
          first_name?: string | null
          full_name?: string | null
          id?: string
          is_active?: boolean
          is_anonymous?: boolean
          is_superuser?: boolean
          last_name?: string | null
          last_password_change?: string | null
          last_sign_in_at?: string | null
          locked_until?: string | null
          organization_by_default?: never
          organization_id?: string | null
          phone?: string | null
          phone_confirmed_at?: string | null
          phone_verified?: never
          preferences?: Json
          role?: "super_admin" | "owner" | "admin" | "manager" | "finance" | "staff" | "waiter" | "kitchen" | "customer"
          two_factor_enabled?: boolean
          updated_at?: string
          user_metadata?: Json
        }
        Relationships: [
          {
            foreignKeyName: "users_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "users_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      venues: {
        Row: {
          address: string | null
          amenities: string[]
          business_day_cutoff: string
          cancellation_policy_id: string | null
          capacity: number | null
          city: string | null
          country: string | null
          cover_image_url: string | null
          created_at: string
          created_by: string | null
          deleted_at: string | null
          description: string | null
          email: string | null
          embed_key: string
          hold_minutes: number
          id: string
          images: Json
          is_active: boolean
          logo_url: string | null
          name: string
          operating_hours: Json
          organization_id: string
          phone: string | null
          postal_code: string | null
          primary_color: string
          requires_payment: boolean
          secondary_color: string | null
          slug: string | null
          special_days: Json
          state: string | null
          timezone: string
          updated_at: string
          website: string | null
          widget_settings: Json
        }
        Insert: {
          address?: string | null
          amenities?: string[]
          business_day_cutoff?: string
          cancellation_policy_id?: string | null
          capacity?: number | null
          city?: string | null
          country?: string | null
          cover_image_url?: string | null
          created_at?: string
          created_by?: string | null
          deleted_at?: string | null
          description?: string | null
          email?: string | null
          embed_key?: string
          hold_minutes?: number
          id?: string
          images?: Json
          is_active?: boolean
          logo_url?: string | null
          name: string
          operating_hours?: Json
          organization_id?: string
          phone?: string | null
          postal_code?: string | null
          primary_color?: string
          requires_payment?: boolean
          secondary_color?: string | null
          slug?: string | null
          special_days?: Json
          state?: string | null
          timezone?: string
          updated_at?: string
          website?: string | null
          widget_settings?: Json
        }
        Update: {
          address?: string | null
          amenities?: string[]
          business_day_cutoff?: string
          cancellation_policy_id?: string | null
          capacity?: number | null
          city?: string | null
          country?: string | null
          cover_image_url?: string | null
          created_at?: string
          created_by?: string | null
          deleted_at?: string | null
          description?: string | null
          email?: string | null
          embed_key?: string
          hold_minutes?: number
          id?: string
          images?: Json
          is_active?: boolean
          logo_url?: string | null
          name?: string
          operating_hours?: Json
          organization_id?: string
          phone?: string | null
          postal_code?: string | null
          primary_color?: string
          requires_payment?: boolean
          secondary_color?: string | null
          slug?: string | null
          special_days?: Json
          state?: string | null
          timezone?: string
          updated_at?: string
          website?: string | null
          widget_settings?: Json
        }
        Relationships: [
          {
            foreignKeyName: "venues_created_by_fkey"
            columns: ["created_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "venues_created_by_fkey"
            columns: ["created_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "venues_organization_id_cancellation_policy_id_fkey"
            columns: ["organization_id", "cancellation_policy_id"]
            isOneToOne: false
            referencedRelation: "cancellation_policies"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "venues_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "venues_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      waitlist_entries: {
        Row: {
          code: string
          created_at: string
          ended_at: string | null
          guest_name: string
          guest_phone: string | null
          id: string
          idempotency_key: string | null
          joined_at: string
          note: string | null
          notified_at: string | null
          organization_id: string
          party_size: number
          quoted_minutes: number | null
          restaurant_id: string
          session_id: string | null
          status: "waiting" | "notified" | "seated" | "left"
          updated_at: string
        }
        Insert: {
          code?: string
          created_at?: string
          ended_at?: string | null
          guest_name: string
          guest_phone?: string | null
          id?: string
          idempotency_key?: string | null
          joined_at?: string
          note?: string | null
          notified_at?: string | null
          organization_id?: string
          party_size: number
          quoted_minutes?: number | null
          restaurant_id?: string
          session_id?: string | null
          status?: "waiting" | "notified" | "seated" | "left"
          updated_at?: string
        }
        Update: {
          code?: string
          created_at?: string
          ended_at?: string | null
          guest_name?: string
          guest_phone?: string | null
          id?: string
          idempotency_key?: string | null
          joined_at?: string
          note?: string | null
          notified_at?: string | null
          organization_id?: string
          party_size?: number
          quoted_minutes?: number | null
          restaurant_id?: string
          session_id?: string | null
          status?: "waiting" | "notified" | "seated" | "left"
          updated_at?: string
        }
        Relationships: [
          {
            foreignKeyName: "waitlist_entries_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "waitlist_entries_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "waitlist_entries_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurant"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "waitlist_entries_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurants"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "waitlist_entries_restaurant_id_session_id_fkey"
            columns: ["restaurant_id", "session_id"]
            isOneToOne: false
            referencedRelation: "table_sessions"
            referencedColumns: ["restaurant_id", "id"]
          },
        ]
      }
      waiver_submissions: {
        Row: {
          age_at_signing: number | null
          answers: Json
          booking_id: string | null
          content_hash: string
          created_at: string
          customer_id: string | null
          date_of_birth: string | null
          expires_at: string | null
          guardian_name: string | null
          guardian_relationship: string | null
          guardian_signature: string | null
          id: string
          ip_address: string | null
          is_minor: boolean
          organization_id: string
          signature: string | null
          signed_at: string
          signer_email: string | null
          signer_name: string
          signer_phone: string | null
          user_agent: string | null
          waiver_id: string
          waiver_version: number
        }
        Insert: {
          age_at_signing?: number | null
          answers?: Json
          booking_id?: string | null
          content_hash: string
          created_at?: string
          customer_id?: string | null
          date_of_birth?: string | null
          expires_at?: string | null
          guardian_name?: string | null
          guardian_relationship?: string | null
          guardian_signature?: string | null
          id?: string
          ip_address?: string | null
          is_minor?: boolean
          organization_id: string
          signature?: string | null
          signed_at?: string
          signer_email?: string | null
          signer_name: string
          signer_phone?: string | null
          user_agent?: string | null
          waiver_id: string
          waiver_version: number
        }
        Update: {
          age_at_signing?: number | null
          answers?: Json
          booking_id?: string | null
          content_hash?: string
          created_at?: string
          customer_id?: string | null
          date_of_birth?: string | null
          expires_at?: string | null
          guardian_name?: string | null
          guardian_relationship?: string | null
          guardian_signature?: string | null
          id?: string
          ip_address?: string | null
          is_minor?: boolean
          organization_id?: string
          signature?: string | null
          signed_at?: string
          signer_email?: string | null
          signer_name?: string
          signer_phone?: string | null
          user_agent?: string | null
          waiver_id?: string
          waiver_version?: number
        }
        Relationships: [
          {
            foreignKeyName: "waiver_submissions_organization_id_booking_id_fkey"
            columns: ["organization_id", "booking_id"]
            isOneToOne: false
            referencedRelation: "bookings"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "waiver_submissions_organization_id_customer_id_fkey"
            columns: ["organization_id", "customer_id"]
            isOneToOne: false
            referencedRelation: "customers"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "waiver_submissions_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "waiver_submissions_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "waiver_submissions_organization_id_waiver_id_fkey"
            columns: ["organization_id", "waiver_id"]
            isOneToOne: false
            referencedRelation: "waivers"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      waivers: {
        Row: {
          adult_age: number
          content: string
          created_at: string
          created_by: string | null
          family_id: string
          game_id: string | null
          id: string
          is_active: boolean
          is_required: boolean | null
          language: string
          minimum_age: number
          organization_id: string
          title: string
          updated_at: string
          valid_days: number | null
          venue_id: string | null
          version: number
        }
        Insert: {
          adult_age?: number
          content: string
          created_at?: string
          created_by?: string | null
          family_id?: string
          game_id?: string | null
          id?: string
          is_active?: boolean
          is_required?: boolean | null
          language?: string
          minimum_age?: number
          organization_id?: string
          title: string
          updated_at?: string
          valid_days?: number | null
          venue_id?: string | null
          version?: number
        }
        Update: {
          adult_age?: number
          content?: string
          created_at?: string
          created_by?: string | null
          family_id?: string
          game_id?: string | null
          id?: string
          is_active?: boolean
          is_required?: boolean | null
          language?: string
          minimum_age?: number
          organization_id?: string
          title?: string
          updated_at?: string
          valid_days?: number | null
          venue_id?: string | null
          version?: number
        }
        Relationships: [
          {
            foreignKeyName: "waivers_created_by_fkey"
            columns: ["created_by"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "waivers_created_by_fkey"
            columns: ["created_by"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "waivers_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "waivers_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "waivers_organization_id_game_id_fkey"
            columns: ["organization_id", "game_id"]
            isOneToOne: false
            referencedRelation: "games"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "waivers_organization_id_venue_id_fkey"
            columns: ["organization_id", "venue_id"]
            isOneToOne: false
            referencedRelation: "venues"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      webauthn_challenges: {
        Row: {
          created_at: string
          expires_at: string
          factor_id: string | null
          id: string
          purpose: "register" | "sign_in" | "factor"
          rp_id: string
          user_id: string | null
        }
        Insert: {
          created_at?: string
          expires_at?: string
          factor_id?: string | null
          id?: string
          purpose: "register" | "sign_in" | "factor"
          rp_id: string
          user_id?: string | null
        }
        Update: {
          created_at?: string
          expires_at?: string
          factor_id?: string | null
          id?: string
          purpose?: "register" | "sign_in" | "factor"
          rp_id?: string
          user_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "webauthn_challenges_factor_id_fkey"
            columns: ["factor_id"]
            isOneToOne: false
            referencedRelation: "mfa_factors"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "webauthn_challenges_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "webauthn_challenges_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      webauthn_credentials: {
        Row: {
          algorithm: "-7" | "-8" | "-257"
          created_at: string
          factor_id: string | null
          friendly_name: string | null
          id: string
          last_used_at: string | null
          rp_id: string
          transports: string[]
          updated_at: string
          user_id: string
        }
        Insert: {
          algorithm: "-7" | "-8" | "-257"
          created_at?: string
          factor_id?: string | null
          friendly_name?: string | null
          id?: string
          last_used_at?: string | null
          rp_id: string
          transports?: string[]
          updated_at?: string
          user_id: string
        }
        Update: {
          algorithm?: "-7" | "-8" | "-257"
          created_at?: string
          factor_id?: string | null
          friendly_name?: string | null
          id?: string
          last_used_at?: string | null
          rp_id?: string
          transports?: string[]
          updated_at?: string
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "webauthn_credentials_factor_id_fkey"
            columns: ["factor_id"]
            isOneToOne: false
            referencedRelation: "mfa_factors"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "webauthn_credentials_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "user"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "webauthn_credentials_user_id_fkey"
            columns: ["user_id"]
            isOneToOne: false
            referencedRelation: "users"
            referencedColumns: ["id"]
          },
        ]
      }
      webhook_attempts: {
        Row: {
          answered: number | null
          attempted_at: string
          delivery_id: string
          error: string | null
          id: string
          milliseconds: number
          organization_id: string
        }
        Insert: {
          answered?: number | null
          attempted_at?: string
          delivery_id: string
          error?: string | null
          id?: string
          milliseconds: number
          organization_id: string
        }
        Update: {
          answered?: number | null
          attempted_at?: string
          delivery_id?: string
          error?: string | null
          id?: string
          milliseconds?: number
          organization_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "webhook_attempts_delivery_id_fkey"
            columns: ["delivery_id"]
            isOneToOne: false
            referencedRelation: "webhook_deliveries"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "webhook_attempts_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "webhook_attempts_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      webhook_deliveries: {
        Row: {
          answered: number | null
          attempts: number
          body: string
          created_at: string
          delivered_at: string | null
          endpoint_id: string
          event: string
          id: string
          last_error: string | null
          next_at: string | null
          object_id: string | null
          organization_id: string
          sequence: number
          status: "waiting" | "delivered" | "dead"
        }
        Insert: {
          answered?: number | null
          attempts?: number
          body: string
          created_at?: string
          delivered_at?: string | null
          endpoint_id: string
          event: string
          id?: string
          last_error?: string | null
          next_at?: string | null
          object_id?: string | null
          organization_id: string
          sequence: number
          status?: "waiting" | "delivered" | "dead"
        }
        Update: {
          answered?: number | null
          attempts?: number
          body?: string
          created_at?: string
          delivered_at?: string | null
          endpoint_id?: string
          event?: string
          id?: string
          last_error?: string | null
          next_at?: string | null
          object_id?: string | null
          organization_id?: string
          sequence?: number
          status?: "waiting" | "delivered" | "dead"
        }
        Relationships: [
          {
            foreignKeyName: "webhook_deliveries_organization_id_endpoint_id_fkey"
            columns: ["organization_id", "endpoint_id"]
            isOneToOne: false
            referencedRelation: "webhook_endpoints"
            referencedColumns: ["organization_id", "id"]
          },
          {
            foreignKeyName: "webhook_deliveries_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "webhook_deliveries_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      webhook_endpoints: {
        Row: {
          created_at: string
          description: string
          disabled_reason: string | null
          events: string[]
          failing_since: string | null
          id: string
          is_active: boolean
          last_delivered_at: string | null
          last_error: string | null
          old_signs_until: string | null
          organization_id: string
          updated_at: string
          url: string
        }
        Insert: {
          created_at?: string
          description?: string
          disabled_reason?: string | null
          events?: string[]
          failing_since?: string | null
          id?: string
          is_active?: boolean
          last_delivered_at?: string | null
          last_error?: string | null
          old_signs_until?: string | null
          organization_id?: string
          updated_at?: string
          url: string
        }
        Update: {
          created_at?: string
          description?: string
          disabled_reason?: string | null
          events?: string[]
          failing_since?: string | null
          id?: string
          is_active?: boolean
          last_delivered_at?: string | null
          last_error?: string | null
          old_signs_until?: string | null
          organization_id?: string
          updated_at?: string
          url?: string
        }
        Relationships: [
          {
            foreignKeyName: "webhook_endpoints_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "webhook_endpoints_organization_id_fkey"
            columns: ["organization_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
    }
    Views: {
      account: {
        Row: {
          created_at: string | null
          description: string | null
          id: string
          is_active: boolean
          name: string | null
          updated_at: string | null
        }
        Insert: {
          created_at?: string | null
          description?: string | null
          id?: string | null
          is_active?: boolean | null
          name?: string | null
          updated_at?: string | null
        }
        Update: {
          created_at?: string | null
          description?: string | null
          id?: string | null
          is_active?: boolean | null
          name?: string | null
          updated_at?: string | null
        }
        Relationships: []
      }
      account_integration_credentials: {
        Row: {
          account_id: string
          base_url: string | null
          connection_error: string | null
          connection_status: string | null
          created_at: string | null
          credentials: Json | null
          id: string
          integration_type: string | null
          is_active: boolean
          last_connected_at: string | null
          updated_at: string | null
        }
        Insert: {
          account_id?: string | null
          base_url?: string | null
          connection_error?: string | null
          connection_status?: string | null
          created_at?: string | null
          credentials?: Json | null
          id?: string | null
          integration_type?: string | null
          is_active?: boolean | null
          last_connected_at?: string | null
          updated_at?: string | null
        }
        Update: {
          account_id?: string | null
          base_url?: string | null
          connection_error?: string | null
          connection_status?: string | null
          created_at?: string | null
          credentials?: Json | null
          id?: string | null
          integration_type?: string | null
          is_active?: boolean | null
          last_connected_at?: string | null
          updated_at?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "integration_credentials_organization_id_fkey"
            columns: ["account_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "integration_credentials_organization_id_fkey"
            columns: ["account_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      bot_dialog_state: {
        Row: {
          bot_id: string
          collected_data: Json
          created_at: string | null
          current_step: string | null
          id: string
          last_interaction_at: string | null
          platform: string | null
          platform_chat_id: string | null
          updated_at: string | null
        }
        Insert: {
          bot_id?: string | null
          collected_data?: Json | null
          created_at?: string | null
          current_step?: string | null
          id?: string | null
          last_interaction_at?: string | null
          platform?: string | null
          platform_chat_id?: string | null
          updated_at?: string | null
        }
        Update: {
          bot_id?: string | null
          collected_data?: Json | null
          created_at?: string | null
          current_step?: string | null
          id?: string | null
          last_interaction_at?: string | null
          platform?: string | null
          platform_chat_id?: string | null
          updated_at?: string | null
        }
        Relationships: []
      }
      bot_instance: {
        Row: {
          account_id: string
          created_at: string | null
          description: string | null
          id: string
          is_active: boolean
          name: string | null
          updated_at: string | null
        }
        Insert: {
          account_id?: string | null
          created_at?: string | null
          description?: string | null
          id?: string | null
          is_active?: boolean | null
          name?: string | null
          updated_at?: string | null
        }
        Update: {
          account_id?: string | null
          created_at?: string | null
          description?: string | null
          id?: string | null
          is_active?: boolean | null
          name?: string | null
          updated_at?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "bot_instances_organization_id_fkey"
            columns: ["account_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "bot_instances_organization_id_fkey"
            columns: ["account_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      bot_platform_credential: {
        Row: {
          bot_id: string
          created_at: string | null
          credentials: Json | null
          id: string
          is_active: boolean
          platform: string | null
          updated_at: string | null
          webhook_auto_refresh: boolean
          webhook_last_checked: string | null
          webhook_url: string | null
        }
        Insert: {
          bot_id?: string | null
          created_at?: string | null
          credentials?: Json | null
          id?: string | null
          is_active?: boolean | null
          platform?: string | null
          updated_at?: string | null
          webhook_auto_refresh?: boolean | null
          webhook_last_checked?: string | null
          webhook_url?: string | null
        }
        Update: {
          bot_id?: string | null
          created_at?: string | null
          credentials?: Json | null
          id?: string | null
          is_active?: boolean | null
          platform?: string | null
          updated_at?: string | null
          webhook_auto_refresh?: boolean | null
          webhook_last_checked?: string | null
          webhook_url?: string | null
        }
        Relationships: []
      }
      bot_scenario: {
        Row: {
          bot_id: string
          created_at: string | null
          description: string | null
          id: string
          is_active: boolean
          name: string | null
          scenario_data: Json
          updated_at: string | null
          version: string | null
        }
        Insert: {
          bot_id?: string | null
          created_at?: string | null
          description?: string | null
          id?: string | null
          is_active?: boolean | null
          name?: string | null
          scenario_data?: Json | null
          updated_at?: string | null
          version?: string | null
        }
        Update: {
          bot_id?: string | null
          created_at?: string | null
          description?: string | null
          id?: string | null
          is_active?: boolean | null
          name?: string | null
          scenario_data?: Json | null
          updated_at?: string | null
          version?: string | null
        }
        Relationships: []
      }
      categories: {
        Row: {
          created_at: string
          description: string | null
          id: string
          is_active: boolean
          name: string | null
          rank: number
          restaurant_id: string
          updated_at: string
        }
        Insert: {
          created_at?: string | null
          description?: string | null
          id?: string | null
          is_active?: boolean | null
          name?: string | null
          rank?: number | null
          restaurant_id?: string | null
          updated_at?: string | null
        }
        Update: {
          created_at?: string | null
          description?: string | null
          id?: string | null
          is_active?: boolean | null
          name?: string | null
          rank?: number | null
          restaurant_id?: string | null
          updated_at?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "menu_categories_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurant"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "menu_categories_restaurant_id_fkey"
            columns: ["restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurants"
            referencedColumns: ["id"]
          },
        ]
      }
      restaurant: {
        Row: {
          account_id: string
          address: string | null
          created_at: string | null
          email: string | null
          id: string
          iiko_id: string | null
          iiko_last_synced_at: string | null
          iiko_sync_error: string | null
          iiko_sync_status: string | null
          is_active: boolean
          name: string | null
          phone: string | null
          timezone: string | null
          updated_at: string | null
        }
        Insert: {
          account_id?: string | null
          address?: string | null
          created_at?: string | null
          email?: string | null
          id?: string | null
          iiko_id?: string | null
          iiko_last_synced_at?: string | null
          iiko_sync_error?: string | null
          iiko_sync_status?: string | null
          is_active?: boolean | null
          name?: string | null
          phone?: string | null
          timezone?: string | null
          updated_at?: string | null
        }
        Update: {
          account_id?: string | null
          address?: string | null
          created_at?: string | null
          email?: string | null
          id?: string | null
          iiko_id?: string | null
          iiko_last_synced_at?: string | null
          iiko_sync_error?: string | null
          iiko_sync_status?: string | null
          is_active?: boolean | null
          name?: string | null
          phone?: string | null
          timezone?: string | null
          updated_at?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "restaurants_organization_id_fkey"
            columns: ["account_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "restaurants_organization_id_fkey"
            columns: ["account_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
      store: {
        Row: {
          account_id: string
          created_at: string | null
          id: string
          iiko_id: string | null
          iiko_last_synced_at: string | null
          iiko_sync_error: string | null
          iiko_sync_status: string | null
          is_active: boolean
          name: string | null
          restaurant_id: string | null
          updated_at: string | null
        }
        Insert: {
          account_id?: string | null
          created_at?: string | null
          id?: string | null
          iiko_id?: string | null
          iiko_last_synced_at?: string | null
          iiko_sync_error?: string | null
          iiko_sync_status?: string | null
          is_active?: boolean | null
          name?: string | null
          restaurant_id?: string | null
          updated_at?: string | null
        }
        Update: {
          account_id?: string | null
          created_at?: string | null
          id?: string | null
          iiko_id?: string | null
          iiko_last_synced_at?: string | null
          iiko_sync_error?: string | null
          iiko_sync_status?: string | null
          is_active?: boolean | null
          name?: string | null
          restaurant_id?: string | null
          updated_at?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "stores_organization_id_fkey"
            columns: ["account_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "stores_organization_id_fkey"
            columns: ["account_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "stores_organization_id_restaurant_id_fkey"
            columns: ["account_id", "restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurant"
            referencedColumns: ["account_id", "id"]
          },
          {
            foreignKeyName: "stores_organization_id_restaurant_id_fkey"
            columns: ["account_id", "restaurant_id"]
            isOneToOne: false
            referencedRelation: "restaurants"
            referencedColumns: ["organization_id", "id"]
          },
        ]
      }
      user: {
        Row: {
          account_id: string | null
          created_at: string | null
          email: string | null
          full_name: string | null
          hashed_password: string | null
          id: string
          is_active: boolean
          is_superuser: boolean
          updated_at: string | null
        }
        Insert: {
          account_id?: string | null
          created_at?: string | null
          email?: string | null
          full_name?: string | null
          hashed_password?: string | null
          id?: string | null
          is_active?: boolean | null
          is_superuser?: boolean | null
          updated_at?: string | null
        }
        Update: {
          account_id?: string | null
          created_at?: string | null
          email?: string | null
          full_name?: string | null
          hashed_password?: string | null
          id?: string | null
          is_active?: boolean | null
          is_superuser?: boolean | null
          updated_at?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "users_organization_id_fkey"
            columns: ["account_id"]
            isOneToOne: false
            referencedRelation: "account"
            referencedColumns: ["id"]
          },
          {
            foreignKeyName: "users_organization_id_fkey"
            columns: ["account_id"]
            isOneToOne: false
            referencedRelation: "organizations"
            referencedColumns: ["id"]
          },
        ]
      }
    }
    Functions: {
      add_order_line: {
        Args: {
          p_course?: number
          p_idempotency_key?: string
          p_menu_item_id: string
          p_modifiers?: (string | Shapes["choice"])[]
          p_note?: string
          p_quantity?: number
          p_session_id?: string
        }
        Returns: {
          line: Shapes["line"]
          version: number
          replayed: boolean
        }
      }
      add_shipped_scenarios: {
        Args: {
          p_bot_id: string
        }
        Returns: {
          scenarios: {
            name: string
            status: string
            version: string
            scenario_id: string
          }[]
        }
      }
      add_to_folio: {
        Args: {
          p_booking_id: string
          p_booking_type: string
          p_folio_id: string
        }
        Returns: undefined
      }
      adjust_bill: {
        Args: {
          p_amount?: number
          p_idempotency_key?: string
          p_kind?: string
          p_line_ids?: string[]
          p_order_id?: string
          p_percent?: number
          p_reason?: string
          p_session_id?: string
        }
        Returns: {
          bill: Shapes["bill"] | null
          order: Shapes["order"] | null
          version: number | null
          replayed: boolean
          adjustment_id: string
          applied_amount: number
        }
      }
      adjust_stock: {
        Args: {
          p_ingredient_id: string
          p_kind: string
          p_note?: string
          p_quantity: number
          p_store_id: string
          p_to_store_id?: string
          p_unit?: string
        }
        Returns: number
      }
      amend_time_entry: {
        Args: {
          p_clock_in_at?: string
          p_clock_out_at?: string
          p_entry_id: string
          p_reason?: string
        }
        Returns: Shapes["time_entry"]
      }
      answer_call: {
        Args: {
          p_session_id: string
        }
        Returns: {
          version: number
        }
      }
      archive_row: {
        Args: {
          p_id: string
          p_restore?: boolean
          p_what: string
        }
        Returns: {
          id: string
          deleted_at: string | null
        }
      }
      bill_session: {
        Args: {
          p_discard_drafts?: boolean
          p_session_id?: string
        }
        Returns: {
          bill: Shapes["bill"]
          status: Database["public"]["Tables"]["table_sessions"]["Row"]["status"]
          version: number
          session_id: string
        }
      }
      block_chalet: {
        Args: {
          p_block_id?: string
          p_chalet_id: string
          p_from: string
          p_kind?: "maintenance" | "owner"
          p_note?: string
          p_to: string
        }
        Returns: {
          id: string
          to: string
          from: string
          kind: Database["public"]["Tables"]["chalet_blocks"]["Row"]["kind"]
          note: string | null
          chalet_id: string
        }
      }
      build_report: {
        Args: {
          p_dimensions?: string[]
          p_end_date?: string
          p_filters?: Json
          p_limit?: number
          p_measures: string[]
          p_order?: string[]
          p_organization_id?: string
          p_start_date?: string
        }
        Returns: {
          rows: { [key: string]: string | number | boolean | null }[]
          totals: { [key: string]: number | null }
          columns: {
            kind: "dimension" | "measure"
            name: string
            type: string
            summary: string
          }[]
          currency: string | null
          end_date: string
          has_more: boolean
          start_date: string
        }
      }
      buy_pool_ticket: {
        Args: {
          p_adults?: number
          p_children?: number
          p_customer_id?: string
          p_guest_details?: Json
          p_idempotency_key?: string
          p_organization_id?: string
          p_payment_method?: string
          p_slot: string
          p_ticket_date: string
          p_total_price?: number
          p_user_id?: string
        }
        Returns: Shapes["pool_ticket"]
      }
      cache_report: {
        Args: {
          p_data?: Json
          p_organization_id?: string
          p_parameters?: Json
          p_report_type: string
          p_ttl?: string
        }
        Returns: Shapes["report"]
      }
      calculate_customer_ltv: {
        Args: {
          p_customer_id: string
        }
        Returns: number
      }
      call_waiter: {
        Args: {
          p_reason?: "help" | "bill" | "pay_cash" | "pay_card"
          p_session_id?: string
        }
        Returns: {
          version: number
        }
      }
      cancel_booking: {
        Args: {
          p_booking_id: string
          p_issue_refund?: boolean
          p_reason?: string
          p_refund_amount?: number
        }
        Returns: Shapes["booking"] & {
          refund_amount: number | null
        }
      }
      cancel_call: {
        Args: {
          p_session_id?: string
        }
        Returns: {
          version: number
        }
      }
      cancel_chalet_booking: {
        Args: {
          p_booking_id: string
          p_reason?: string
          p_refund_amount?: number
        }
        Returns: Shapes["chalet_booking"]
      }
      cancel_invoice: {
        Args: {
          p_invoice_id: string
          p_reason: string
        }
        Returns: Shapes["invoice"]
      }
      cancel_kitchen_order: {
        Args: {
          p_kitchen_order_id: string
          p_reason: string
        }
        Returns: {
          ticket: Shapes["ticket"]
          order_status: Database["public"]["Tables"]["orders"]["Row"]["status"] | null
        }
      }
      cancel_membership: {
        Args: {
          p_immediately?: boolean
          p_membership_id: string
          p_reason?: string
        }
        Returns: Shapes["membership"]
      }
      cancel_my_bookings: {
        Args: {
          p_accept?: boolean
          p_contact?: string
          p_reason?: string
          p_reference: string
          p_refund?: number
          p_with?: string[]
        }
        Returns: {
          refund: number
          accepted: boolean
          bookings: Shapes["gone"][]
          currency: string
          goes_with: Shapes["gone"][]
        }
      }
      cancel_onboarding: {
        Args: {
          p_reason?: string
          p_record_id: string
        }
        Returns: Shapes["onboarding"]
      }
      cancel_order: {
        Args: {
          p_order_id: string
          p_reason: string
        }
        Returns: {
          order: Shapes["order"]
          version: number | null
        }
      }
      cancel_order_line: {
        Args: {
          p_line_id: string
          p_quantity?: number
          p_reason: string
        }
        Returns: {
          order: Shapes["order"]
          version: number | null
        }
      }
      cancel_pool_ticket: {
        Args: {
          p_reason?: string
          p_refund_amount?: number
          p_ticket_id: string
        }
        Returns: Shapes["pool_ticket"]
      }
      cancel_reservation: {
        Args: {
          p_confirmation_code?: string
          p_reason?: string
          p_reservation_id?: string
        }
        Returns: {
          reservation: Shapes["reservation"]
        }
      }
      cancel_terminal_payment: {
        Args: {
          p_payment_id: string
        }
        Returns: Shapes["terminal_payment"]
      }
      change_basket: {
        Args: {
          p_accept_prices?: boolean
          p_add?: Json
          p_remove?: string[]
          p_token: string
        }
        Returns: Shapes["basket"]
      }
      change_my_booking: {
        Args: {
          p_accept?: boolean
          p_changes?: Json
          p_contact?: string
          p_price?: number
          p_reference: string
        }
        Returns: {
          refund: number
          booking: Shapes["mine"]
          accepted: boolean
          currency: string
          price_now: number
          difference: number
          price_before: number
        }
      }
      change_order_line: {
        Args: {
          p_course?: number
          p_line_id: string
          p_modifiers?: (string | Shapes["choice"])[]
          p_note?: string
          p_quantity?: number
        }
        Returns: {
          line: Shapes["line"]
          version: number
        }
      }
      change_party_member: {
        Args: {
          p_changes?: Json
          p_leave?: boolean
          p_member: string
        }
        Returns: Shapes["party"] | Shapes["party_left"]
      }
      change_reservation: {
        Args: {
          p_confirmation_code?: string
          p_date?: string
          p_party_size?: number
          p_reservation_id?: string
          p_table_ids?: string[]
          p_time?: string
        }
        Returns: {
          reservation: Shapes["reservation"]
        }
      }
      change_stay: {
        Args: {
          p_booking_id: string
          p_chalet_id?: string
          p_check_in?: string
          p_check_out?: string
          p_guest_details?: Json
          p_guests?: number
          p_seen: string
          p_special_requests?: string
          p_total_price?: number
        }
        Returns: Shapes["chalet_booking"] & {
          refunded: number
        }
      }
      check_in: {
        Args: {
          p_booking_id: string
          p_guest_details?: Json
        }
        Returns: Shapes["chalet_booking"]
      }
      check_out: {
        Args: {
          p_booking_id: string
          p_leave_balance?: boolean
        }
        Returns: Shapes["chalet_booking"]
      }
      claim_share: {
        Args: {
          p_mine?: boolean
          p_share_id: string
        }
        Returns: {
          share: Shapes["share"]
          version: number
        }
      }
      clear_session: {
        Args: {
          p_session_id: string
        }
        Returns: {
          status: Database["public"]["Tables"]["table_sessions"]["Row"]["status"]
          table_id: string
          cleared_at: string
          session_id: string
        }
      }
      clock_in: {
        Args: {
          p_notes?: string
          p_staff_id?: string
        }
        Returns: Shapes["time_entry"] & {
          late_minutes: number | null
        }
      }
      clock_out: {
        Args: {
          p_notes?: string
          p_staff_id?: string
        }
        Returns: Shapes["time_entry"]
      }
      close_register: {
        Args: {
          p_counted_amount: number
          p_note?: string
          p_shift_id: string
        }
        Returns: Shapes["register_report"]
      }
      combine_tables: {
        Args: {
          p_table_ids: string[]
        }
        Returns: {
          capacity: number
          table_id: string
          table_ids: string[]
        }
      }
      complete_kitchen_order: {
        Args: {
          p_kitchen_order_id: string
        }
        Returns: {
          ticket: Shapes["ticket"]
          order_status: Database["public"]["Tables"]["orders"]["Row"]["status"] | null
        }
      }
      confirm_basket: {
        Args: {
          p_guest?: Json
          p_pay?: Json
          p_special_requests?: string
          p_token: string
          p_total?: number
        }
        Returns: Shapes["basket"] & {
          replayed: boolean
        }
      }
      confirm_payment: {
        Args: {
          p_payment_id: string
          p_reference?: string
        }
        Returns: Shapes["payment"]
      }
      confirm_refund: {
        Args: {
          p_given?: boolean
          p_method?: string
          p_note?: string
          p_refund_id: string
        }
        Returns: Pick<Database["public"]["Tables"]["refunds"]["Row"], "id" | "payment_id" | "amount" | "currency" | "method" | "status"> & {
          payment: Shapes["payment"]
        }
      }
      correct_invoice_line: {
        Args: {
          p_line_id: string
          p_reason?: string
          p_unit_price: number
        }
        Returns: {
          status: string
          invoice_id: string
          net_amount: number
          average_cost: number | null
          total_amount: number
        }
      }
      create_booking: {
        Args: {
          p_booking_date: string
          p_customer_id: string
          p_game_id: string
          p_hold_minutes?: number
          p_idempotency_key?: string
          p_internal_notes?: string
          p_metadata?: Json
          p_party_size: number
          p_promo_code?: string
          p_source?: string
          p_special_requests?: string
          p_start_time: string
          p_ticket_types?: Json
          p_total_amount?: number
          p_venue_id: string
        }
        Returns: Shapes["booking"]
      }
      create_chalet_booking: {
        Args: {
          p_addons?: Json
          p_chalet_id: string
          p_check_in: string
          p_check_out: string
          p_confirm?: boolean
          p_customer_id?: string
          p_guest_details?: Json
          p_guests: number
          p_idempotency_key?: string
          p_source?: string
          p_special_requests?: string
          p_total_price?: number
          p_user_id?: string
        }
        Returns: Shapes["chalet_booking"]
      }
      create_payment: {
        Args: {
          p_amount?: number
          p_booking_id: string
          p_booking_type: string
          p_idempotency_key?: string
          p_metadata?: Json
          p_method?: string
          p_provider?: string
          p_share_id?: string
          p_tip_amount?: number
        }
        Returns: Shapes["payment"]
      }
      create_staff_schedule: {
        Args: {
          p_break_minutes?: number
          p_end_time: string
          p_notes?: string
          p_role?: string
          p_shift_date: string
          p_staff_id: string
          p_start_time: string
          p_venue_id?: string
        }
        Returns: Shapes["shift"] & {
          warnings: Shapes["shift_warning"][]
        }
      }
      create_venue: {
        Args: {
          p_address?: string
          p_capacity?: number
          p_city?: string
          p_description?: string
          p_email?: string
          p_name: string
          p_operating_hours?: Json
          p_organization_id: string
          p_phone?: string
          p_state?: string
          p_timezone?: string
        }
        Returns: Pick<Database["public"]["Tables"]["venues"]["Row"], "id" | "name" | "timezone" | "embed_key"> & {
          operating_hours: { [key: string]: Shapes["day_hours"] | Shapes["day_hours"][] }
        }
      }
      create_waiver: {
        Args: {
          p_adult_age?: number
          p_content: string
          p_game_id?: string
          p_language?: string
          p_minimum_age?: number
          p_organization_id?: string
          p_title: string
          p_valid_days?: number
          p_venue_id?: string
          p_waiver_id?: string
        }
        Returns: Pick<Database["public"]["Tables"]["waivers"]["Row"], "id" | "title" | "version" | "family_id" | "is_active">
      }
      create_widget_booking: {
        Args: {
          p_booking_date?: string
          p_customer_email: string
          p_customer_name: string
          p_customer_phone?: string
          p_end_time?: string
          p_final_amount?: number
          p_game_id: string
          p_idempotency_key?: string
          p_party_size?: number
          p_promo_code?: string
          p_special_requests?: string
          p_start_time?: string
          p_ticket_types?: Json
          p_total_amount?: number
          p_venue_id: string
        }
        Returns: Shapes["booking"]
      }
      draft_bot_scenario: {
        Args: {
          p_scenario_id: string
          p_version?: string
        }
        Returns: string
      }
      duplicate_game: {
        Args: {
          p_copy_venues?: boolean
          p_game_id: string
          p_new_name?: string
        }
        Returns: {
          id: string
          name: string
          venues: number
          is_active: boolean
        }
      }
      end_break: {
        Args: {
          p_staff_id?: string
        }
        Returns: Shapes["time_entry"]
      }
      erase_customer: {
        Args: {
          p_customer_id: string
          p_reason?: string
        }
        Returns: {
          erased: { [key: string]: number }
          customer_id: string
        }
      }
      erase_my_data: {
        Args: {
          p_confirm: string
        }
        Returns: {
          erased: number
        }
      }
      export_customer: {
        Args: {
          p_customer_id: string
        }
        Returns: { [key: string]: { [key: string]: Json }[] } & {
          exported_at: string
        }
      }
      find_tables: {
        Args: {
          p_date: string
          p_duration_minutes?: number
          p_party_size: number
          p_restaurant_id: string
          p_time: string
        }
        Returns: {
          reason: "past" | "closed" | "last_seating" | "pacing" | "full" | null
          ends_at: string
          options: {
            section: string | null
            capacity: number
            table_ids: string[]
            table_numbers: number[]
            is_combination: boolean
          }[]
          available: boolean
          starts_at: string
          alternatives: Shapes["other_time"][]
          duration_minutes: number
        }
      }
      fire_course: {
        Args: {
          p_course?: number
          p_session_id: string
        }
        Returns: {
          course: number
          tickets: Shapes["ticket"][]
          version: number
        }
      }
      generate_booking_report: {
        Args: {
          p_end_date: string
          p_organization_id?: string
          p_start_date: string
          p_venue_id?: string
        }
        Returns: {
          section: string
          key: string
          label: string
          bookings: number
          share_percent: number | null
          players: number
          revenue: number
        }[]
      }
      generate_customer_report: {
        Args: {
          p_end_date: string
          p_limit?: number
          p_organization_id?: string
          p_start_date: string
          p_venue_id?: string
        }
        Returns: {
          customer_id: string
          customer_name: string | null
          customer_email: string | null
          bookings: number
          visits: number
          cancelled: number
          players: number
          revenue: number
          average_booking_value: number | null
          first_visit: string | null
          last_visit: string | null
          is_new: boolean
          lifetime_value: number
        }[]
      }
      generate_revenue_report: {
        Args: {
          p_end_date: string
          p_organization_id?: string
          p_start_date: string
          p_venue_id?: string
        }
        Returns: {
          report_date: string
          total_bookings: number
          sold_bookings: number
          cancelled_bookings: number
          no_shows: number
          players: number
          gross_revenue: number
          discounts: number
          tax: number
          paid: number
          refunds: number
          revenue: number
          average_booking_value: number | null
        }[]
      }
      get_audit_logs: {
        Args: {
          p_from?: string
          p_limit?: number
          p_record_id?: string
          p_table_name?: string
          p_to?: string
        }
        Returns: {
          id: string
          organization_id: string | null
          table_name: string
          record_id: string | null
          action: string
          old_data: Json
          new_data: Json
          user_id: string | null
          user_email: string | null
          user_role: string | null
          request_id: string | null
          ip_address: string | null
          created_at: string
        }[]
      }
      get_available_chalets: {
        Args: {
          p_check_in: string
          p_check_out: string
          p_guests?: number
          p_organization_id?: string
        }
        Returns: {
          chalet_id: string
          organization_id: string
          name: string
          description: string | null
          capacity: number
          bedrooms: number
          bathrooms: number
          amenities: string[]
          cover_url: string | null
          location: Json
          check_in_time: string
          check_out_time: string
          nights: number
          total_price: number
          average_price: number
          deposit_due: number
          currency: string
        }[]
      }
      get_available_slots: {
        Args: {
          p_date: string
          p_game_id: string
          p_party_size?: number
          p_venue_id?: string
        }
        Returns: {
          venue_id: string
          start_time: string
          end_time: string
          starts_at: string
          ends_at: string
          available: boolean
          capacity: number
          available_spots: number
          price: number | null
          reason: string | null
        }[]
      }
      get_basket: {
        Args: {
          p_token: string
        }
        Returns: Shapes["basket"]
      }
      get_bill_document: {
        Args: {
          p_booking_type: string
          p_id: string
          p_language?: string
        }
        Returns: Shapes["document"]
      }
      get_booking: {
        Args: {
          p_email: string
          p_reference_number: string
        }
        Returns: Shapes["booking"] & {
          waivers_missing?: number
        }
      }
      get_card: {
        Args: {
          p_card_id: string
        }
        Returns: Shapes["kept_card"]
      }
      get_cash_book: {
        Args: {
          p_from: string
          p_organization_id?: string
          p_to: string
        }
        Returns: {
          business_date: string
          at: string
          kind: "payment" | "refund" | Database["public"]["Tables"]["cash_movements"]["Row"]["kind"]
          register: string | null
          z_number: number | null
          booking_type: string | null
          booking_id: string | null
          method: Database["public"]["Tables"]["payments"]["Row"]["method"]
          amount: number
          tip_amount: number
          currency: string
          reference: string | null
          taken_by: string | null
        }[]
      }
      get_credit_balance: {
        Args: {
          p_customer_id?: string
        }
        Returns: {
          organization_id: string
          currency: string
          balance: number
          next_expiry: string | null
        }[]
      }
      get_customer_rfm_score: {
        Args: {
          p_customer_id: string
        }
        Returns: {
          customer_id: string
          recency_days: number | null
          frequency: number
          monetary: number
          recency_score: number | null
          frequency_score: number | null
          monetary_score: number | null
          rfm_score: string | null
          segment: string
        }
      }
      get_customer_segments: {
        Args: {
          p_organization_id?: string
        }
        Returns: {
          segment: string
          customers: number
          share_percent: number | null
          revenue: number
          average_spent: number | null
          average_visits: number | null
          average_days_since_visit: number | null
        }[]
      }
      get_dashboard_stats: {
        Args: {
          p_days?: number
          p_organization_id?: string
        }
        Returns: {
          total_bookings: number
          total_revenue: number
          average_booking_value: number
          confirmed_bookings: number
          pending_bookings: number
          completed_bookings: number
          cancelled_bookings: number
          no_shows: number
          total_players: number
          new_customers: number
          todays_bookings: number
          todays_revenue: number
          upcoming_bookings: number
          cancellation_rate: number
          bookings_change: number | null
          revenue_change: number | null
          currency: string
          period_start: string
          period_end: string
        }
      }
      get_day_close: {
        Args: {
          p_date?: string
          p_organization_id?: string
        }
        Returns: {
          date: string
          open: number
          shifts: Shapes["register_report"][]
          takings: Shapes["taking"][]
          currency: string
          elsewhere: Shapes["taking"][]
          difference: number
        }
      }
      get_desk_day: {
        Args: {
          p_date?: string
          p_organization_id?: string
        }
        Returns: {
          now: string
          date: string
          games: Shapes["desk_game"][] | null
          stays: Shapes["desk_stay"][] | null
          today: string
          currency: string
          timezone: string
          organization_id: string
        }
      }
      get_floor: {
        Args: {
          p_restaurant_id?: string
        }
        Returns: {
          now: string
          ready: Shapes["ticket"][]
          tables: Shapes["floor_table"][]
          waitlist: Shapes["waiting"][]
          restaurant: Shapes["restaurant"]
          reservations: Shapes["reservation"][]
        }
      }
      get_folio: {
        Args: {
          p_booking_id?: string
          p_booking_type?: string
          p_customer_id?: string
          p_folio_id?: string
          p_open_only?: boolean
        }
        Returns: Shapes["folio"]
      }
      get_front_page: {
        Args: {
          p_organization_id?: string
        }
        Returns: {
          now: string
          pool: Shapes["front_pool"] | null
          house: Shapes["front_house"]
          venues: Shapes["front_venue"][]
          chalets: Shapes["front_chalet"][]
          modules: ("dining" | "stays" | "pool" | "experiences")[]
          restaurants: Shapes["front_restaurant"][]
        }
      }
      get_game_analytics: {
        Args: {
          p_end_date?: string
          p_game_id: string
          p_start_date?: string
        }
        Returns: {
          game_id: string
          game_name: string
          period_start: string
          period_end: string
          total_bookings: number
          sold_bookings: number
          completed_bookings: number
          cancelled_bookings: number
          no_shows: number
          total_players: number
          total_revenue: number
          average_booking_value: number | null
          average_party_size: number | null
          cancellation_rate: number | null
          by_venue: Json
          by_weekday: Json
          currency: string
        }
      }
      get_game_calendar: {
        Args: {
          p_days?: number
          p_from?: string
          p_game_id?: string
          p_party_size?: number
          p_starts?: boolean
          p_venue_id: string
        }
        Returns: {
          days: number
          from: string
          games: {
            days: Shapes["game_day"][]
            game_id: string
          }[]
          today: string
          currency: string
          timezone: string
          venue_id: string
        }
      }
      get_ical_feed: {
        Args: {
          p_token: string
        }
        Returns: string
      }
      get_invoice: {
        Args: {
          p_invoice_id: string
        }
        Returns: Shapes["invoice"]
      }
      get_invoice_document: {
        Args: {
          p_invoice_id: string
          p_language?: string
        }
        Returns: Shapes["document"]
      }
      get_kitchen_board: {
        Args: {
          p_restaurant_id?: string
          p_station?: string
        }
        Returns: {
          now: string
          held: Shapes["ticket"][]
          recent: Shapes["ticket"][]
          all_day: {
            name: string
            station: string
            quantity: number
            modifiers: string[]
            menu_item_id: string | null
          }[]
          tickets: Shapes["ticket"][]
          printers: Shapes["printer_problem"][]
          sold_out: {
            id: string
            name: string
          }[]
          stations: {
            ready: number
            cooking: number
            pending: number
            station: string
          }[]
          restaurant: Shapes["restaurant"]
        }
      }
      get_ledger_balance: {
        Args: {
          p_account?: string
          p_from?: string
          p_organization_id?: string
          p_to?: string
        }
        Returns: {
          account: string
          currency: string
          debit: number
          credit: number
          balance: number
        }[]
      }
      get_menu: {
        Args: {
          p_restaurant_id: string
        }
        Returns: {
          categories: Shapes["menu_category"][]
          restaurant: Shapes["restaurant"]
        }
      }
      get_my_booking: {
        Args: {
          p_contact?: string
          p_reference: string
        }
        Returns: {
          bookings: Shapes["mine"][]
          goes_with: Shapes["mine"][]
        }
      }
      get_my_bookings: {
        Args: never
        Returns: {
          credit: {
            amount: number
            currency: string
            organization_id: string
          }[]
          bookings: Shapes["mine"][]
          customers: {
            email: string | null
            phone: string | null
            full_name: string | null
            customer_id: string
            organization_id: string
            marketing_consent: boolean
          }[]
          memberships: Shapes["mine_membership"][]
        }
      }
      get_my_calendar: {
        Args: {
          p_contact?: string
          p_reference: string
        }
        Returns: string
      }
      get_my_receipt: {
        Args: {
          p_contact?: string
          p_reference: string
        }
        Returns: {
          paid: number
          house: {
            name: string
            email: string | null
            phone: string | null
            address: string | null
          }
          lines: {
            amount: number
            quantity: number
            booking_id: string
            tax_amount: number
            description: string
            occurred_at: string
            unit_amount: number
            booking_type: string
          }[]
          total: number
          balance: number
          currency: string
          payments: {
            amount: number
            method: string | null
            paid_at: string | null
            tip_amount: number
            refunded_amount: number
          }[]
          issued_at: string
          reference: string
          tax_amount: number
        }
      }
      get_my_rights: {
        Args: never
        Returns: {
          role: string | null
          rights: { [key: string]: string[] }
        }
      }
      get_order: {
        Args: {
          p_order_id: string
        }
        Returns: {
          order: Shapes["order"]
        }
      }
      get_party: {
        Args: {
          p_member?: string
          p_party?: string
        }
        Returns: Shapes["party"]
      }
      get_payment: {
        Args: {
          p_payment_id: string
        }
        Returns: Pick<Database["public"]["Tables"]["payments"]["Row"], "id" | "status" | "amount" | "tip_amount" | "refunded_amount" | "currency"> & {
          link?: string
          is_collected: boolean
        }
      }
      get_payout: {
        Args: {
          p_payout_id: string
        }
        Returns: Shapes["payout"]
      }
      get_payouts: {
        Args: {
          p_from?: string
          p_organization_id?: string
          p_to?: string
        }
        Returns: (Pick<Database["public"]["Tables"]["payouts"]["Row"], "id" | "provider" | "provider_ref" | "status" | "amount" | "currency" | "arrives_on" | "reason" | "is_complete" | "reconciled_at"> & {
          fees: number
          other: number
          agrees: boolean
          refunds: number
          disputes: number
          payments: number
          difference: number
        })[]
      }
      get_pool_availability: {
        Args: {
          p_date?: string
          p_days?: number
          p_organization_id?: string
          p_people?: number
        }
        Returns: {
          date: string
          slot: string
          starts_at: string
          ends_at: string
          capacity: number
          available: number
          is_bookable: boolean
          is_closed: boolean
          note: string | null
          adult_price: number
          child_price: number
          currency: string
        }[]
      }
      get_pool_day: {
        Args: {
          p_date?: string
          p_organization_id?: string
        }
        Returns: {
          slot: string
          capacity: number
          taken: number
          tickets: number
          people: number
          entered: number
          refused: number
          revenue: number
          is_closed: boolean
        }[]
      }
      get_pool_gate: {
        Args: {
          p_organization_id?: string
        }
        Returns: {
          log: Shapes["gate_entry"][]
          now: string
          date: string
          slots: Shapes["gate_slot"][]
          inside: number
          members: number
          tickets: Shapes["gate_ticket"][]
          capacity: number | null
          currency: string
          timezone: string
          organization_id: string
        }
      }
      get_pool_gate_key: {
        Args: never
        Returns: string
      }
      get_receipt: {
        Args: {
          p_code: string
        }
        Returns: Pick<Database["public"]["Tables"]["table_sessions"]["Row"], "status" | "billed_at" | "cleared_at" | "total_amount" | "net_amount" | "tax_amount" | "paid_amount"> & {
          lines: (Pick<Database["public"]["Tables"]["order_lines"]["Row"], "name" | "quantity" | "unit_price" | "adjustment" | "total_amount" | "tax_rate"> & {
            modifiers: Shapes["chosen_modifier"][]
          })[]
          taxes: Shapes["tax_line"][]
          payments: {
            label: string | null
            amount: number
            method: string | null
            paid_at: string | null
          }[]
          opened_at: string
          due_amount: number
          restaurant: Shapes["restaurant"]
          adjustments: (Pick<Database["public"]["Tables"]["bill_adjustments"]["Row"], "kind" | "percent" | "amount" | "reason" | "applied_amount">)[]
          other_amount: number
          table_number: number
        }
      }
      get_receipt_document: {
        Args: {
          p_code: string
          p_language?: string
        }
        Returns: Shapes["document"]
      }
      get_recent_booking_activity: {
        Args: {
          p_limit?: number
          p_organization_id?: string
        }
        Returns: {
          booking_id: string
          reference_number: string
          activity: string
          happened_at: string
          status: Database["public"]["Tables"]["bookings"]["Row"]["status"]
          customer_name: string | null
          game_name: string
          venue_name: string
          booking_date: string
          start_time: string
          party_size: number
          final_amount: number
          currency: string
        }[]
      }
      get_recipe_cost: {
        Args: {
          p_menu_item_id?: string
          p_recipe_id?: string
        }
        Returns: {
          name: string
          lines: { [key: string]: Json }[]
          margin: number | null
          currency: string
          net_price: number | null
          recipe_id: string
          total_cost: number
          yield_unit: string
          cost_percent: number | null
          cost_per_unit: number
          yield_quantity: number
        }
      }
      get_registers: {
        Args: {
          p_organization_id?: string
        }
        Returns: {
          date: string
          currency: string
          timezone: string
          registers: Shapes["register_now"][]
          organization_id: string
        }
      }
      get_report: {
        Args: {
          p_organization_id?: string
          p_parameters?: Json
          p_report_type: string
          p_ttl?: string
        }
        Returns: Shapes["report"]
      }
      get_reservation: {
        Args: {
          p_confirmation_code: string
        }
        Returns: {
          restaurant: Shapes["restaurant"]
          reservation: Shapes["reservation"]
        }
      }
      get_restaurants: {
        Args: never
        Returns: {
          restaurants: (Shapes["restaurant"] & {
            tables: (Pick<Database["public"]["Tables"]["restaurant_tables"]["Row"], "code" | "table_number" | "name" | "section">)[]
          })[]
        }
      }
      get_security_events: {
        Args: {
          p_event_type?: string
          p_from?: string
          p_limit?: number
          p_min_severity?: string
          p_to?: string
        }
        Returns: {
          id: string
          user_id: string | null
          user_email: string | null
          event_type: string
          severity: string
          description: string
          ip_address: string | null
          user_agent: string | null
          metadata: Json
          created_at: string
        }[]
      }
      get_session: {
        Args: {
          p_session_id?: string
          p_since_version?: number
        }
        Returns: Shapes["session_view"] | Shapes["unchanged"]
      }
      get_session_analytics: {
        Args: {
          p_from?: string
          p_restaurant_id?: string
          p_to?: string
        }
        Returns: {
          to: string
          from: string
          by_day: {
            date: string
            orders: number
            revenue: number
            sessions: number
          }[]
          orders: number
          tables: {
            revenue: number
            sessions: number
            table_number: number
            turns_per_day: number
          }[]
          by_hour: {
            hour: number
            revenue: number
            sessions: number
          }[]
          kitchen: {
            late: number
            tickets: number
            average_cook_seconds: number | null
            average_wait_seconds: number | null
          }
          revenue: number
          sessions: number
          discounts: number
          top_items: {
            name: string
            revenue: number
            quantity: number
            menu_item_id: string
          }[]
          by_weekday: {
            revenue: number
            weekday: number
            sessions: number
          }[]
          participants: number
          average_party: number | null
          split_methods: { [key: string]: number }
          average_minutes: number | null
          service_charges: number
          without_session: {
            orders: number
            revenue: number
          }
          average_per_guest: number | null
          orders_per_session: number | null
          average_per_session: number | null
          minutes_to_first_order: number | null
        }
      }
      get_session_history: {
        Args: {
          p_before?: string
          p_from?: string
          p_limit?: number
          p_restaurant_id?: string
          p_to?: string
        }
        Returns: {
          sessions: (Pick<Database["public"]["Tables"]["table_sessions"]["Row"], "id" | "status" | "cleared_at" | "paid_amount" | "total_amount"> & {
            names: string[]
            minutes: number | null
            opened_at: string
            order_count: number
            table_number: number
            participant_count: number
          })[]
          next_before: string | null
        }
      }
      get_session_summary: {
        Args: {
          p_session_id?: string
        }
        Returns: Pick<Database["public"]["Tables"]["table_sessions"]["Row"], "id" | "status" | "created_at" | "paid_amount" | "total_amount"> & {
          due_amount: number
          line_count: number
          order_count: number
          session_otp: string | null
          duration_minutes: number
          participant_count: number
        }
      }
      get_staff_performance: {
        Args: {
          p_from?: string
          p_organization_id?: string
          p_staff_id?: string
          p_to?: string
        }
        Returns: {
          staff_id: string
          staff_name: string
          department: string | null
          shifts_planned: number
          shifts_worked: number
          no_shows: number
          late_arrivals: number
          hours_planned: number
          hours_worked: number
          activities: number
          payments_amount: number
          labor_cost: number
          currency: string | null
          work: Json
        }[]
      }
      get_staff_schedule: {
        Args: {
          p_from?: string
          p_organization_id?: string
          p_staff_id?: string
          p_to?: string
          p_venue_id?: string
        }
        Returns: {
          schedule_id: string
          staff_id: string
          staff_name: string
          venue_id: string | null
          shift_date: string
          start_time: string
          end_time: string
          starts_at: string
          ends_at: string
          hours: number
          break_minutes: number
          role: string | null
          status: Database["public"]["Tables"]["staff_schedules"]["Row"]["status"]
          notes: string | null
        }[]
      }
      get_staffing_cost: {
        Args: {
          p_from: string
          p_organization_id?: string
          p_to: string
        }
        Returns: {
          date: string
          people: number
          hours_planned: number
          cost_planned: number
          hours_worked: number
          cost_worked: number
          revenue: number
          cost_share: number | null
          currency: string
        }[]
      }
      get_stay: {
        Args: {
          p_booking_id: string
        }
        Returns: Shapes["chalet_booking"] & {
          today: string
          customer: Shapes["stay_customer"] | null
          folio_id: string | null
          changed_by: string | null
        }
      }
      get_stay_calendar: {
        Args: {
          p_chalet_id?: string
          p_days?: number
          p_from?: string
          p_organization_id?: string
        }
        Returns: {
          days: number
          from: string
          today: string
          chalets: Shapes["stay_calendar"][]
          currency: string
          timezone: string
        }
      }
      get_stay_movements: {
        Args: {
          p_date?: string
          p_organization_id?: string
        }
        Returns: {
          movement: string
          booking_id: string
          reference: string
          chalet_id: string
          chalet: string
          guest_name: string | null
          guests: number
          check_in: string
          check_out: string
          status: Database["public"]["Tables"]["chalet_bookings"]["Row"]["status"]
          payment_status: Database["public"]["Tables"]["chalet_bookings"]["Row"]["payment_status"]
          total_price: number
          paid: number
          balance: number
          currency: string
          special_requests: string | null
        }[]
      }
      get_stock_levels: {
        Args: {
          p_ingredient_id?: string
          p_low_only?: boolean
          p_store_id?: string
        }
        Returns: {
          store_id: string
          store_name: string
          ingredient_id: string
          ingredient_name: string
          category: string | null
          unit: string
          quantity: number
          reorder_level: number | null
          is_low: boolean
          unit_cost: number | null
          value: number | null
        }[]
      }
      get_subscription: {
        Args: {
          p_subscription_id: string
        }
        Returns: Shapes["subscription"]
      }
      get_table: {
        Args: {
          p_table: string
        }
        Returns: {
          table: Shapes["table"]
          session: {
            can_open: boolean
            is_active: boolean
            is_billed: boolean
          }
          restaurant: Shapes["restaurant"]
        }
      }
      get_table_times: {
        Args: {
          p_date: string
          p_features?: string[]
          p_party_size?: number
          p_restaurant_id: string
        }
        Returns: {
          date: string
          times: {
            free: number
            time: string
            reason: "past" | "last_seating" | "pacing" | "full" | null
            starts_at: string
          }[]
          reason: "no_reservations" | "past" | "too_early" | "too_many" | null
          minutes: number
          features: {
            tables: number
            feature: string
          }[]
          timezone: string
          days_ahead: number
          party_size: number
          restaurant_id: string
          max_party_size: number
        }
      }
      get_tape_chart: {
        Args: {
          p_from: string
          p_organization_id?: string
          p_to: string
        }
        Returns: {
          chalet_id: string
          name: string
          capacity: number
          status: Database["public"]["Tables"]["chalets"]["Row"]["status"]
          rank: number
          stays: Shapes["tape_bar"][]
          free_nights: number
        }[]
      }
      get_tax_journal: {
        Args: {
          p_from: string
          p_organization_id?: string
          p_to: string
        }
        Returns: {
          business_date: string
          kind: "payment" | "refund" | "tip" | "rounding"
          booking_type: string | null
          booking_id: string | null
          method: Database["public"]["Tables"]["payments"]["Row"]["method"]
          tax_code: string | null
          tax_rate: number | null
          account: string | null
          net_amount: number
          tax_amount: number
          total_amount: number
          currency: string
          invoice_number: string | null
          reference: string | null
        }[]
      }
      get_terminal_payment: {
        Args: {
          p_payment_id: string
        }
        Returns: Shapes["terminal_payment"]
      }
      get_terminals: {
        Args: {
          p_organization_id?: string
        }
        Returns: {
          id: string
          name: string
          payment: Shapes["terminal_payment"] | null
        }[]
      }
      get_tip_pool: {
        Args: {
          p_by?: "hours" | "table"
          p_departments?: string[]
          p_from: string
          p_organization_id?: string
          p_to?: string
        }
        Returns: {
          by: "hours" | "table"
          to: string
          from: string
          total: number
          people: {
            name: string | null
            amount: number
            minutes: number | null
            user_id: string
          }[]
          currency: string
          unassigned: number
        }
      }
      get_todays_bookings_by_hour: {
        Args: {
          p_date?: string
          p_organization_id?: string
          p_venue_id?: string
        }
        Returns: {
          hour: number
          bookings: number
          players: number
          revenue: number
        }[]
      }
      get_upcoming_bookings: {
        Args: {
          p_limit?: number
          p_organization_id?: string
          p_venue_id?: string
        }
        Returns: {
          id: string
          reference_number: string
          venue_id: string
          venue_name: string
          game_id: string
          game_name: string
          customer_id: string | null
          customer_name: string | null
          customer_phone: string | null
          booking_date: string
          start_time: string
          end_time: string
          starts_at: string
          party_size: number
          status: Database["public"]["Tables"]["bookings"]["Row"]["status"]
          payment_status: Database["public"]["Tables"]["bookings"]["Row"]["payment_status"]
          final_amount: number
          currency: string
          minutes_until: number
        }[]
      }
      get_venue_analytics: {
        Args: {
          p_end_date?: string
          p_start_date?: string
          p_venue_id: string
        }
        Returns: {
          venue_id: string
          venue_name: string
          period_start: string
          period_end: string
          total_bookings: number
          sold_bookings: number
          completed_bookings: number
          cancelled_bookings: number
          no_shows: number
          total_players: number
          total_revenue: number
          average_booking_value: number | null
          average_party_size: number | null
          cancellation_rate: number | null
          by_game: Json
          by_weekday: Json
          currency: string
        }
      }
      get_venue_by_embed_key: {
        Args: {
          p_embed_key: string
        }
        Returns: {
          id: string
          organization_id: string
          name: string
          description: string | null
          address: string | null
          city: string | null
          state: string | null
          postal_code: string | null
          country: string | null
          phone: string | null
          email: string | null
          website: string | null
          timezone: string
          currency: string
          operating_hours: Json
          special_days: Json
          primary_color: string
          secondary_color: string | null
          logo_url: string | null
          cover_image_url: string | null
          images: Json
          amenities: string[]
          widget_settings: Json
          requires_payment: boolean
          hold_minutes: number
          is_open: boolean
        }
      }
      get_venue_games: {
        Args: {
          p_venue_id: string
        }
        Returns: {
          id: string
          name: string
          slug: string | null
          tagline: string | null
          description: string | null
          category: string | null
          difficulty: number | null
          duration_minutes: number
          min_players: number
          max_players: number
          min_age: number | null
          booking_mode: Database["public"]["Tables"]["games"]["Row"]["booking_mode"]
          price_model: Database["public"]["Tables"]["games"]["Row"]["price_model"]
          price: number
          ticket_types: Json
          currency: string
          deposit_percent: number
          requires_waiver: boolean
          image_url: string | null
          images: Json
          display_order: number
        }[]
      }
      get_venue_schedule: {
        Args: {
          p_days?: number
          p_start_date?: string
          p_venue_id: string
        }
        Returns: {
          venue_id: string
          timezone: string
          operating_hours: Json
          special_days: Json
          is_open: boolean
          days: Json
        }
      }
      get_waitlist_entry: {
        Args: {
          p_code: string
        }
        Returns: {
          waiting: Shapes["waiting"]
        }
      }
      get_waiver: {
        Args: {
          p_waiver_id: string
        }
        Returns: {
          id: string
          family_id: string
          version: number
          title: string
          content: string
          language: string
          minimum_age: number | null
          adult_age: number | null
          venue_id: string | null
          game_id: string | null
          organization_name: string
          timezone: string
        }
      }
      get_waiver_document: {
        Args: {
          p_language?: string
          p_submission_id: string
        }
        Returns: Shapes["document"]
      }
      get_waiver_submissions: {
        Args: {
          p_booking_id?: string
          p_end_date?: string
          p_limit?: number
          p_offset?: number
          p_start_date?: string
          p_waiver_id?: string
        }
        Returns: {
          id: string
          waiver_id: string
          waiver_title: string
          waiver_version: number
          booking_id: string | null
          reference_number: string | null
          customer_id: string | null
          signer_name: string
          signer_email: string | null
          signer_phone: string | null
          date_of_birth: string | null
          age_at_signing: number | null
          is_minor: boolean
          guardian_name: string | null
          guardian_relationship: string | null
          signed_at: string
          expires_at: string | null
          is_valid: boolean
        }[]
      }
      get_weekly_bookings_trend: {
        Args: {
          p_organization_id?: string
          p_weeks?: number
        }
        Returns: {
          week_start: string
          week_end: string
          total_bookings: number
          sold_bookings: number
          cancelled_bookings: number
          players: number
          revenue: number
          average_booking_value: number | null
        }[]
      }
      give_back_chat: {
        Args: {
          p_chat_id: string
        }
        Returns: Pick<Database["public"]["Tables"]["bot_chats"]["Row"], "id" | "organization_id" | "bot_id" | "platform" | "platform_chat_id" | "name" | "phone" | "language" | "customer_id" | "linked_at" | "stopped_at" | "unreachable" | "taken_over_by" | "waits_for_person_since" | "question" | "silent_until" | "last_heard_at" | "created_at" | "updated_at">
      }
      grant_credit: {
        Args: {
          p_amount: number
          p_code?: string
          p_customer_id?: string
          p_expires_at?: string
          p_reason?: string
          p_source?: string
        }
        Returns: Pick<Database["public"]["Tables"]["user_credits"]["Row"], "id" | "code" | "amount" | "currency" | "remaining" | "expires_at">
      }
      hold_basket: {
        Args: {
          p_accept_prices?: boolean
          p_idempotency_key?: string
          p_organization_id?: string
          p_parts: Json
        }
        Returns: Shapes["basket"] & {
          token: string
          replayed: boolean
        }
      }
      import_ical_events: {
        Args: {
          p_etag?: string
          p_events: Json
          p_import_id: string
          p_problem?: string
        }
        Returns: {
          kept: number
          ours: number
          removed: number
          conflicts: {
            to: string
            from: string
            block_id: string
          }[]
        }
      }
      is_venue_open: {
        Args: {
          p_at?: string
          p_venue_id: string
        }
        Returns: boolean
      }
      issue_invoice: {
        Args: {
          p_booking_id?: string
          p_booking_type?: string
          p_buyer?: {
            name?: string | null
            email?: string | null
            address?: string | null
            tax_number?: string | null
          }
          p_folio_id?: string
          p_idempotency_key?: string
          p_language?: string
          p_note?: string
        }
        Returns: Shapes["invoice"]
      }
      join_party: {
        Args: {
          p_allergies?: Json
          p_email?: string
          p_idempotency_key?: string
          p_name: string
          p_note?: string
          p_party: string
          p_phone?: string
        }
        Returns: Shapes["party"] & {
          replayed: boolean
          member_token: string
        }
      }
      join_table_session: {
        Args: {
          p_name?: string
          p_otp: string
          p_phone?: string
          p_table: string
        }
        Returns: Shapes["entry"]
      }
      join_waitlist: {
        Args: {
          p_guest_name: string
          p_guest_phone?: string
          p_idempotency_key?: string
          p_note?: string
          p_party_size: number
          p_restaurant_id: string
        }
        Returns: {
          waiting: Shapes["waiting"]
          replayed?: boolean
        }
      }
      keep_card: {
        Args: {
          p_booking_id: string
          p_booking_type: string
          p_consent?: boolean
          p_return_path?: string
        }
        Returns: Shapes["kept_card"]
      }
      leave_pool: {
        Args: {
          p_gate?: string
          p_organization_id?: string
          p_people?: number
          p_qr_code: string
          p_scanned_at?: string
        }
        Returns: {
          inside: number
          people: number
          reference: string
          ticket_id: string
        }
      }
      leave_session: {
        Args: never
        Returns: {
          left: boolean
        }
      }
      leave_waitlist: {
        Args: {
          p_code?: string
          p_waitlist_id?: string
        }
        Returns: {
          waiting: Shapes["waiting"]
        }
      }
      link_games_to_venue: {
        Args: {
          p_game_ids: string[]
          p_replace?: boolean
          p_venue_id: string
        }
        Returns: number
      }
      list_bookings: {
        Args: {
          p_end_date?: string
          p_game_id?: string
          p_limit?: number
          p_offset?: number
          p_organization_id?: string
          p_search?: string
          p_start_date?: string
          p_status?: Database["public"]["Tables"]["bookings"]["Row"]["status"][]
          p_venue_id?: string
        }
        Returns: {
          id: string
          reference_number: string
          venue_id: string
          venue_name: string
          game_id: string
          game_name: string
          customer_id: string | null
          customer_name: string | null
          customer_email: string | null
          customer_phone: string | null
          booking_date: string
          start_time: string
          end_time: string
          starts_at: string
          party_size: number
          status: Database["public"]["Tables"]["bookings"]["Row"]["status"]
          payment_status: Database["public"]["Tables"]["bookings"]["Row"]["payment_status"]
          total_amount: number
          final_amount: number
          paid_amount: number
          refunded_amount: number
          currency: string
          source: Database["public"]["Tables"]["bookings"]["Row"]["source"]
          special_requests: string | null
          internal_notes: string | null
          created_at: string
          updated_at: string
        }[]
      }
      list_disputes: {
        Args: {
          p_limit?: number
          p_organization_id?: string
        }
        Returns: {
          id: string
          at: string
          payment_id: string
          booking_type: string
          booking_reference: string | null
          customer_name: string | null
          amount: number
          currency: string
          status: Database["public"]["Tables"]["payment_disputes"]["Row"]["status"]
          is_withdrawn: boolean
          reason: string | null
          answer_by: string | null
          closed_at: string | null
        }[]
      }
      list_invoices: {
        Args: {
          p_from?: string
          p_kind?: string
          p_limit?: number
          p_offset?: number
          p_organization_id?: string
          p_search?: string
          p_to?: string
        }
        Returns: {
          id: string
          kind: string
          number: string
          issued_on: string
          buyer_name: string | null
          currency: string
          net_amount: number
          tax_amount: number
          total_amount: number
          credited_amount: number
          credits_invoice_id: string | null
        }[]
      }
      list_payments: {
        Args: {
          p_before?: string
          p_before_id?: string
          p_from?: string
          p_limit?: number
          p_method?: Database["public"]["Tables"]["payments"]["Row"]["method"][]
          p_organization_id?: string
          p_search?: string
          p_status?: Database["public"]["Tables"]["payments"]["Row"]["status"][]
          p_to?: string
        }
        Returns: {
          id: string
          at: string
          booking_type: string
          booking_id: string | null
          booking_reference: string | null
          customer_name: string | null
          amount: number
          tip_amount: number
          refunded_amount: number
          refundable: number
          currency: string
          method: Database["public"]["Tables"]["payments"]["Row"]["method"]
          provider: string
          status: Database["public"]["Tables"]["payments"]["Row"]["status"]
          reference: string | null
          failure_reason: string | null
          taken_by: string | null
          register: string | null
          dispute: Database["public"]["Tables"]["payment_disputes"]["Row"]["status"] | null
        }[]
      }
      list_refunds: {
        Args: {
          p_before?: string
          p_before_id?: string
          p_limit?: number
          p_open_only?: boolean
          p_organization_id?: string
        }
        Returns: {
          id: string
          at: string
          payment_id: string
          booking_type: string
          booking_reference: string | null
          customer_name: string | null
          amount: number
          tip_amount: number | null
          currency: string
          method: Database["public"]["Tables"]["refunds"]["Row"]["method"]
          status: Database["public"]["Tables"]["refunds"]["Row"]["status"]
          waits_for: string | null
          reason: string | null
          failure_reason: string | null
          asked_by: string | null
        }[]
      }
      log_staff_activity: {
        Args: {
          p_activity_type: string
          p_description?: string
          p_entity_id?: string
          p_entity_type?: string
          p_metadata?: Json
          p_staff_id?: string
        }
        Returns: string
      }
      make_chat_link: {
        Args: {
          p_bot_id?: string
          p_customer_id?: string
        }
        Returns: {
          code: string
          links: { [key: string]: string }
          expires_at: string
        }
      }
      mark_no_show: {
        Args: {
          p_booking_id: string
        }
        Returns: Shapes["chalet_booking"]
      }
      mark_notifications_read: {
        Args: {
          p_ids?: string[]
        }
        Returns: number
      }
      mark_reservation_no_show: {
        Args: {
          p_reservation_id: string
        }
        Returns: {
          reservation: Shapes["reservation"]
        }
      }
      merge_customers: {
        Args: {
          p_customer_id: string
          p_duplicate_ids: string[]
        }
        Returns: {
          moved: { [key: string]: number }
          merged: string[]
          customer_id: string
        }
      }
      merge_sessions: {
        Args: {
          p_from_session_id: string
          p_into_session_id: string
        }
        Returns: {
          version: number
          session_id: string
        }
      }
      modify_chalet_booking: {
        Args: {
          p_addons?: Json
          p_booking_id: string
          p_chalet_id?: string
          p_check_in?: string
          p_check_out?: string
          p_guest_details?: Json
          p_guests?: number
          p_special_requests?: string
          p_total_price?: number
        }
        Returns: Shapes["chalet_booking"] & {
          refunded: number
        }
      }
      move_cash: {
        Args: {
          p_amount: number
          p_idempotency_key?: string
          p_kind: Database["public"]["Tables"]["cash_movements"]["Row"]["kind"]
          p_reason?: string
          p_shift_id: string
        }
        Returns: Shapes["register_report"]
      }
      move_lines: {
        Args: {
          p_line_ids: string[]
          p_quantity?: number
          p_to_session_id: string
        }
        Returns: {
          version: number
          to_session_id: string
          from_session_ids: string[]
        }
      }
      move_party: {
        Args: {
          p_session_id: string
          p_table_id: string
        }
        Returns: {
          version: number
          table_id: string
          session_id: string
          from_table_id: string
        }
      }
      move_pool_ticket: {
        Args: {
          p_payment_method?: string
          p_slot?: string
          p_ticket_date: string
          p_ticket_id: string
          p_total_price?: number
        }
        Returns: Shapes["pool_ticket"] & {
          refunded: number
        }
      }
      notify_waitlist: {
        Args: {
          p_waitlist_id: string
        }
        Returns: {
          waiting: Shapes["waiting"]
        }
      }
      open_folio: {
        Args: {
          p_bookings?: Json
          p_customer_id?: string
          p_title: string
        }
        Returns: string
      }
      open_party: {
        Args: {
          p_amounts?: Json
          p_contact?: string
          p_reference: string
          p_split?: string
        }
        Returns: Shapes["party"]
      }
      open_register: {
        Args: {
          p_float_amount?: number
          p_register_id: string
        }
        Returns: Shapes["register_report"]
      }
      open_table_session: {
        Args: {
          p_name?: string
          p_phone?: string
          p_table: string
        }
        Returns: Shapes["entry"]
      }
      pause_membership: {
        Args: {
          p_membership_id: string
          p_resumes_on?: string
        }
        Returns: Shapes["membership"]
      }
      pay_bill_share: {
        Args: {
          p_amount?: number
          p_idempotency_key?: string
          p_method?: "cash" | "card" | "bank"
          p_share_id: string
          p_tip_amount?: number
        }
        Returns: {
          bill: Shapes["bill"]
          share: Shapes["share"]
          version: number
          replayed: boolean
          payment_id: string
          rounding_amount?: number
        }
      }
      pay_order: {
        Args: {
          p_amount?: number
          p_idempotency_key?: string
          p_method?: string
          p_order_id: string
          p_tip_amount?: number
        }
        Returns: {
          order_id: string
          replayed: boolean
          due_amount: number
          payment_id: string
          paid_amount: number
        }
      }
      place_order: {
        Args: {
          p_customer_name?: string
          p_customer_phone?: string
          p_idempotency_key?: string
          p_items?: Shapes["order_item"][]
          p_notes?: string
          p_pickup_at?: string
          p_restaurant_id?: string
          p_session_id?: string
          p_table_id?: string
          p_total_amount?: number
        }
        Returns: {
          order: Shapes["order"]
          version: number | null
          replayed: boolean
          left_out?: Shapes["line"][]
          kitchen_orders: {
            id: string
            status: Database["public"]["Tables"]["kitchen_orders"]["Row"]["status"]
            station: string
            order_number: string
          }[]
        }
      }
      print_receipt: {
        Args: {
          p_opens_drawer?: boolean
          p_printer_id?: string
          p_session_id: string
        }
        Returns: {
          job_id: string
          printer_id: string
        }
      }
      publish_bot_scenario: {
        Args: {
          p_scenario_id: string
        }
        Returns: {
          status: string
          version: string
          scenario_id: string
        }
      }
      quote_booking: {
        Args: {
          p_booking_date: string
          p_game_id: string
          p_party_size: number
          p_promo_code?: string
          p_ticket_types?: Json
          p_venue_id: string
        }
        Returns: {
          currency: string
          tax_amount: number
          final_amount: number
          total_amount: number
          price_details: Shapes["price_line"][]
          deposit_amount: number
          discount_amount: number
        }
      }
      quote_parts: {
        Args: {
          p_organization_id?: string
          p_parts: Json
        }
        Returns: {
          parts: (Shapes["quoted_part"] | Shapes["part_not_had"])[]
          total: number
          due_now: number
          organization_id: string
        }
      }
      quote_stay: {
        Args: {
          p_addons?: Json
          p_chalet_id: string
          p_check_in: string
          p_check_out: string
          p_guests?: number
        }
        Returns: Shapes["stay_price"]
      }
      quote_stay_change: {
        Args: {
          p_booking_id: string
          p_chalet_id?: string
          p_check_in?: string
          p_check_out?: string
          p_guests?: number
        }
        Returns: {
          paid: number
          price: number
          chalet: string
          guests: number
          check_in: string
          currency: string
          available: boolean
          check_out: string
          change_fee: number
          updated_at: string
          total_after: number
          total_before: number
        }
      }
      ready_kitchen_order: {
        Args: {
          p_kitchen_order_id: string
        }
        Returns: {
          ticket: Shapes["ticket"]
          order_status: Database["public"]["Tables"]["orders"]["Row"]["status"] | null
        }
      }
      receive_invoice: {
        Args: {
          p_invoice_date?: string
          p_invoice_id?: string
          p_lines?: Json
          p_number?: string
          p_store_id?: string
          p_supplier_id?: string
          p_total_amount?: number
        }
        Returns: {
          status: string
          invoice_id: string
          price_rises: {
            name: string
            percent: number
            new_cost: number
            old_cost: number
            ingredient_id: string
          }[]
          total_amount: number
        }
      }
      reconcile_payout: {
        Args: {
          p_payout_id: string
        }
        Returns: Shapes["payout"]
      }
      record_payment: {
        Args: {
          p_amount: number
          p_booking_id: string
          p_booking_type: string
          p_idempotency_key?: string
          p_metadata?: Json
          p_method?: string
          p_reference?: string
          p_share_id?: string
          p_tip_amount?: number
        }
        Returns: Shapes["payment"]
      }
      redeem_pool_ticket: {
        Args: {
          p_gate?: string
          p_organization_id?: string
          p_people?: number
          p_qr_code: string
          p_scanned_at?: string
        }
        Returns: {
          kind: "ticket" | "member"
          left?: number
          slot?: string
          adults?: number
          entered: true
          people?: number
          balance?: number
          used_at?: string
          children?: number
          currency?: string
          full_name?: string
          reference?: string
          ticket_id?: string
          guest_name?: string | null
          paid_until?: string | null
          ticket_date?: string
        }
      }
      refund_payment: {
        Args: {
          p_amount?: number
          p_as_credit?: boolean
          p_idempotency_key?: string
          p_payment_id: string
          p_reason?: string
          p_tip_amount?: number
        }
        Returns: Pick<Database["public"]["Tables"]["refunds"]["Row"], "id" | "amount" | "method" | "status" | "currency" | "payment_id" | "tip_amount"> & {
          payment: Shapes["payment"]
        }
      }
      release_basket: {
        Args: {
          p_token: string
        }
        Returns: Shapes["basket"]
      }
      remind_party: {
        Args: {
          p_contact?: string
          p_reference: string
        }
        Returns: {
          missing: number
          reminded: number
          waivers_missing: number
        }
      }
      remove_adjustment: {
        Args: {
          p_adjustment_id: string
        }
        Returns: {
          bill: Shapes["bill"] | null
          order: Shapes["order"] | null
          version: number | null
          adjustment_id: string
        }
      }
      remove_card: {
        Args: {
          p_card_id: string
        }
        Returns: Shapes["kept_card"]
      }
      remove_order_line: {
        Args: {
          p_line_id: string
        }
        Returns: {
          line_id: string
          version: number
        }
      }
      remove_participant: {
        Args: {
          p_customer_session_id: string
        }
        Returns: {
          version: number
        }
      }
      remove_party_member: {
        Args: {
          p_contact?: string
          p_member_id?: string
          p_reference: string
        }
        Returns: Shapes["party"]
      }
      renew_membership: {
        Args: {
          p_auto_renew?: boolean
          p_membership_id: string
          p_payment_method?: string
          p_total_price?: number
        }
        Returns: Shapes["membership"]
      }
      renew_printer_key: {
        Args: {
          p_printer_id: string
        }
        Returns: {
          path: string
          printer_id: string
        }
      }
      renew_session_otp: {
        Args: {
          p_session_id?: string
        }
        Returns: {
          otp: string
          version: number
          otp_expires_at: string | null
        }
      }
      replay_webhook_deliveries: {
        Args: {
          p_delivery_id?: string
          p_endpoint_id: string
          p_since?: string
        }
        Returns: number
      }
      reschedule_booking: {
        Args: {
          p_booking_date: string
          p_booking_id: string
          p_start_time: string
          p_venue_id?: string
        }
        Returns: Shapes["booking"]
      }
      reserve_table: {
        Args: {
          p_date: string
          p_duration_minutes?: number
          p_guest_email?: string
          p_guest_name: string
          p_guest_phone?: string
          p_idempotency_key?: string
          p_party_size: number
          p_restaurant_id: string
          p_special_requests?: string
          p_table_ids?: string[]
          p_time: string
        }
        Returns: {
          replayed?: boolean
          reservation: Shapes["reservation"]
        }
      }
      resume_membership: {
        Args: {
          p_membership_id: string
        }
        Returns: Shapes["membership"]
      }
      rotate_webhook_secret: {
        Args: {
          p_endpoint_id: string
          p_overlap_hours?: number
        }
        Returns: {
          id: string
          secret: string
          old_signs_until: string | null
        }
      }
      say_in_chat: {
        Args: {
          p_chat_id: string
          p_idempotency_key?: string
          p_text: string
        }
        Returns: Pick<Database["public"]["Tables"]["bot_messages"]["Row"], "id" | "organization_id" | "chat_id" | "position" | "direction" | "content" | "status" | "said_by" | "platform_ref" | "error" | "created_at" | "sent_at">
      }
      search_house: {
        Args: {
          p_limit?: number
          p_organization_id?: string
          p_query: string
        }
        Returns: {
          hits: Shapes["house_hit"][]
          query: string
        }
      }
      seat_party: {
        Args: {
          p_force?: boolean
          p_guest_name?: string
          p_party_size?: number
          p_reservation_id?: string
          p_table_id?: string
          p_waitlist_id?: string
        }
        Returns: Shapes["entry"] & {
          waiting: Shapes["waiting"] | null
          reservation: Shapes["reservation"] | null
        }
      }
      send_to_terminal: {
        Args: {
          p_amount?: number
          p_booking_id: string
          p_booking_type: string
          p_idempotency_key?: string
          p_share_id?: string
          p_terminal_id: string
          p_tip_amount?: number
        }
        Returns: Shapes["terminal_payment"]
      }
      separate_tables: {
        Args: {
          p_table_id: string
        }
        Returns: {
          capacity: number
          table_id: string
          table_ids: string[]
        }
      }
      set_bot_credentials: {
        Args: {
          p_account_name?: string
          p_bot_id: string
          p_credentials: Json
          p_platform: string
          p_webhook_url?: string
        }
        Returns: Pick<Database["public"]["Tables"]["bot_platform_credentials"]["Row"], "id" | "bot_id" | "platform" | "is_active" | "created_at" | "updated_at" | "webhook_url" | "webhook_is_given" | "account_name" | "account_id" | "webhook_error" | "organization_id" | "webhook_auto_refresh" | "webhook_last_checked" | "endpoint_id" | "hears_by" | "polled_to" | "status"> & {
          verify_token: string | null
          webhook_path: string | null
        }
      }
      set_hook_endpoint: {
        Args: {
          p_endpoint_id?: string
          p_name?: string
          p_organization_id?: string
          p_provider: string
          p_secret: string
        }
        Returns: Pick<Database["public"]["Tables"]["hook_endpoints"]["Row"], "id" | "organization_id" | "provider" | "name" | "is_active" | "created_at" | "updated_at"> & {
          path: string
        }
      }
      set_integration_credentials: {
        Args: {
          p_base_url?: string
          p_credentials: Json
          p_integration_type: string
          p_organization_id?: string
          p_settings?: Json
        }
        Returns: Pick<Database["public"]["Tables"]["integration_credentials"]["Row"], "id" | "base_url" | "is_active" | "created_at" | "updated_at" | "organization_id" | "connection_error" | "integration_type" | "connection_status" | "last_connected_at" | "settings">
      }
      set_item_available: {
        Args: {
          p_available: boolean
          p_menu_item_id: string
          p_portions_left?: number
        }
        Returns: {
          item: Pick<Database["public"]["Tables"]["menu_items"]["Row"], "id" | "name" | "is_available" | "portions_left">
        }
      }
      set_kitchen_item_ready: {
        Args: {
          p_item_id: string
          p_ready?: boolean
        }
        Returns: {
          ticket: Shapes["ticket"]
          order_status: Database["public"]["Tables"]["orders"]["Row"]["status"] | null
        }
      }
      set_my_consent: {
        Args: {
          p_marketing: boolean
        }
        Returns: {
          marketing_consent: boolean
        }
      }
      set_onboarding_task: {
        Args: {
          p_note?: string
          p_status: string
          p_task_id: string
        }
        Returns: Shapes["onboarding"]
      }
      set_payment_account: {
        Args: {
          p_organization_id?: string
          p_provider: string
          p_secrets: Json
          p_use?: boolean
        }
        Returns: {
          id: string
          mode: Database["public"]["Tables"]["payment_accounts"]["Row"]["mode"]
          status: Database["public"]["Tables"]["payment_accounts"]["Row"]["status"]
          provider: string
          webhook_path: string
        }
      }
      set_table_status: {
        Args: {
          p_status: Database["public"]["Tables"]["restaurant_tables"]["Row"]["status"]
          p_table_id: string
        }
        Returns: {
          table: Shapes["table"]
        }
      }
      set_webhook_endpoint: {
        Args: {
          p_description?: string
          p_endpoint_id?: string
          p_events?: string[]
          p_organization_id?: string
          p_url?: string
        }
        Returns: Pick<Database["public"]["Tables"]["webhook_endpoints"]["Row"], "id" | "organization_id" | "url" | "description" | "events" | "old_signs_until" | "is_active" | "disabled_reason" | "failing_since" | "last_error" | "last_delivered_at" | "created_at" | "updated_at"> & {
          secret: string | null
        }
      }
      settle_folio: {
        Args: {
          p_booking_id?: string
          p_booking_type?: string
          p_customer_id?: string
          p_folio_id?: string
          p_idempotency_key?: string
          p_payments: Json
        }
        Returns: Shapes["folio"]
      }
      split_bill: {
        Args: {
          p_method?: "equal" | "guest" | "item" | "amount" | "weight" | "whole"
          p_session_id?: string
          p_shares?: number | string[] | Shapes["split_parts"] | Shapes["split_by_lines"][] | Shapes["split_by_amounts"][] | Shapes["split_by_weights"][]
        }
        Returns: {
          bill: Shapes["bill"]
          status?: Database["public"]["Tables"]["table_sessions"]["Row"]["status"]
          version: number
          session_id: string
        }
      }
      start_break: {
        Args: {
          p_is_paid?: boolean
          p_staff_id?: string
        }
        Returns: Shapes["time_entry"]
      }
      start_kitchen_order: {
        Args: {
          p_kitchen_order_id: string
        }
        Returns: {
          ticket: Shapes["ticket"]
          order_status: Database["public"]["Tables"]["orders"]["Row"]["status"] | null
        }
      }
      start_membership: {
        Args: {
          p_auto_renew?: boolean
          p_billing_cycle: string
          p_customer_id?: string
          p_guest_details?: Json
          p_idempotency_key?: string
          p_members?: Json
          p_organization_id?: string
          p_payment_method?: string
          p_start_date?: string
          p_total_price?: number
          p_type: string
          p_user_id?: string
        }
        Returns: Shapes["membership"]
      }
      start_onboarding: {
        Args: {
          p_mentor_id?: string
          p_staff_id: string
          p_started_on?: string
          p_template_id?: string
        }
        Returns: Shapes["onboarding"]
      }
      submit_waiver: {
        Args: {
          p_answers?: Json
          p_booking_id?: string
          p_date_of_birth?: string
          p_guardian_name?: string
          p_guardian_relationship?: string
          p_guardian_signature?: string
          p_signature?: string
          p_signer_email?: string
          p_signer_name: string
          p_signer_phone?: string
          p_version?: number
          p_waiver_id: string
        }
        Returns: Pick<Database["public"]["Tables"]["waiver_submissions"]["Row"], "id" | "waiver_id" | "booking_id" | "is_minor"> & {
          missing: number | null
          version: number
          signed_at: string
        }
      }
      subscribe_membership: {
        Args: {
          p_membership_id: string
          p_return_path?: string
        }
        Returns: Shapes["subscription"]
      }
      take_back_bill: {
        Args: never
        Returns: {
          status: Database["public"]["Tables"]["table_sessions"]["Row"]["status"]
          version: number
          session_id: string
        }
      }
      take_over_chat: {
        Args: {
          p_chat_id: string
        }
        Returns: Pick<Database["public"]["Tables"]["bot_chats"]["Row"], "id" | "organization_id" | "bot_id" | "platform" | "platform_chat_id" | "name" | "phone" | "language" | "customer_id" | "linked_at" | "stopped_at" | "unreachable" | "taken_over_by" | "waits_for_person_since" | "question" | "silent_until" | "last_heard_at" | "created_at" | "updated_at">
      }
      test_webhook_endpoint: {
        Args: {
          p_endpoint_id: string
        }
        Returns: {
          event: string
        }
      }
      unbill_session: {
        Args: {
          p_session_id: string
        }
        Returns: {
          status: Database["public"]["Tables"]["table_sessions"]["Row"]["status"]
          version: number
          session_id: string
        }
      }
      unblock_chalet: {
        Args: {
          p_block_id: string
        }
        Returns: undefined
      }
      undo_kitchen_order: {
        Args: {
          p_kitchen_order_id: string
        }
        Returns: {
          ticket: Shapes["ticket"]
          order_status: Database["public"]["Tables"]["orders"]["Row"]["status"] | null
        }
      }
      undo_no_show: {
        Args: {
          p_booking_id: string
        }
        Returns: Shapes["chalet_booking"]
      }
      undo_reservation_no_show: {
        Args: {
          p_reservation_id: string
        }
        Returns: {
          reservation: Shapes["reservation"]
        }
      }
      update_booking: {
        Args: {
          p_booking_id: string
          p_changes: Shapes["booking_changes"]
        }
        Returns: Shapes["booking"]
      }
      update_booking_status_batch: {
        Args: {
          p_booking_ids: string[]
          p_issue_refund?: boolean
          p_reason?: string
          p_status: string
          p_without_waivers?: boolean
        }
        Returns: {
          status: Database["public"]["Tables"]["bookings"]["Row"]["status"]
          updated: number
        }
      }
      update_staff_schedule: {
        Args: {
          p_break_minutes?: number
          p_end_time?: string
          p_notes?: string
          p_role?: string
          p_schedule_id: string
          p_shift_date?: string
          p_staff_id?: string
          p_start_time?: string
        }
        Returns: Shapes["shift"] & {
          warnings: Shapes["shift_warning"][]
        }
      }
      update_venue_schedule: {
        Args: {
          p_operating_hours?: Json
          p_special_days?: Json
          p_timezone?: string
          p_venue_id: string
        }
        Returns: {
          timezone: string
          venue_id: string
          special_days: Json
          operating_hours: { [key: string]: Shapes["day_hours"] | Shapes["day_hours"][] }
          bookings_outside: {
            id: string
            starts_at: string
            reference_number: string
          }[]
        }
      }
      use_guest_pass: {
        Args: {
          p_guest_names?: string
          p_guests?: number
          p_idempotency_key?: string
          p_membership_id: string
          p_slot?: string
          p_ticket_date?: string
        }
        Returns: Shapes["pool_ticket"] & {
          guest_passes_remaining?: number
        }
      }
    }
    Enums: {
      [_ in never]: never
    }
    CompositeTypes: {
      [_ in never]: never
    }
  }
}

// Parts of what functions answer, by name.
export type Shapes = {
  adjustment: Pick<Database["public"]["Tables"]["bill_adjustments"]["Row"], "id" | "kind" | "percent" | "amount" | "reason" | "line_ids" | "applied_amount" | "created_at">
  basket: Pick<Database["public"]["Tables"]["baskets"]["Row"], "id" | "reference" | "status" | "organization_id" | "currency" | "special_requests" | "folio_id" | "confirmed_at"> & {
    now: string
    paid: number
    guest: Shapes["basket_guest"] | null
    parts: Shapes["basket_part"][]
    total: number
    online: boolean
    due_now: number
    payments: Shapes["basket_payment"][]
    expires_at: string | null
    pay_at_desk: boolean
  }
  basket_guest: {
    email: string | null
    phone: string | null
    locale: string | null
    full_name: string
  }
  basket_part: Shapes["priced_part"] & {
    id: string
    key: string | null
    paid: number
    status: string
    request: Shapes["part_request"]
    reference: string | null
    booking_id: string
    booking_type: Database["public"]["Tables"]["basket_parts"]["Row"]["booking_type"]
  }
  basket_payment: {
    id: string
    amount: number
    booking_id: string
  }
  bill: {
    shares: Shapes["share"][]
    due_amount: number
    net_amount: number
    tax_amount: number
    adjustments: Shapes["adjustment"][]
    paid_amount: number
    total_amount: number
    cash_due_amount: number
  }
  booking: Pick<Database["public"]["Tables"]["bookings"]["Row"], "id" | "reference_number" | "venue_id" | "game_id" | "customer_id" | "source" | "status" | "payment_status" | "currency" | "booking_date" | "start_time" | "end_time" | "starts_at" | "ends_at" | "party_size" | "ticket_types" | "total_amount" | "discount_amount" | "tax_amount" | "final_amount" | "deposit_amount" | "paid_amount" | "refunded_amount" | "special_requests" | "hold_expires_at" | "cancellation_reason" | "cancellation_cause" | "created_at" | "updated_at"> & {
    players: number
    timezone: string
    game_name: string
    venue_name: string
    price_details: Shapes["price_line"][]
    requires_waiver: boolean
  }
  booking_changes: {
    status?: Database["public"]["Tables"]["bookings"]["Row"]["status"] | null
    players?: number | null
    metadata?: Json
    venue_id?: string | null
    party_size?: number | null
    start_time?: string | null
    customer_id?: string | null
    booking_date?: string | null
    booking_time?: string | null
    ticket_types?: Json
    total_amount?: number | null
    internal_notes?: string | null
    special_requests?: string | null
  }
  chalet_booking: Pick<Database["public"]["Tables"]["chalet_bookings"]["Row"], "id" | "guests" | "source" | "status" | "user_id" | "check_in" | "currency" | "chalet_id" | "check_out" | "reference" | "change_fee" | "created_at" | "tax_amount" | "updated_at" | "customer_id" | "deposit_due" | "modified_at" | "total_price" | "addons_price" | "cancelled_at" | "hold_ran_out" | "nights_price" | "checked_in_at" | "refund_amount" | "released_from" | "checked_out_at" | "first_check_in" | "payment_status" | "hold_expires_at" | "organization_id" | "special_requests" | "cancellation_reason" | "cancellation_policy_id" | "guest_details" | "price_breakdown"> & {
    paid: number
    addons: (Pick<Database["public"]["Tables"]["booking_addons"]["Row"], "id" | "per" | "name" | "price" | "units" | "addon_id" | "quantity" | "tax_rate" | "created_at" | "tax_amount" | "total_price">)[]
    chalet: string
    nights: number
    balance: number
    check_in_time: string
    check_out_time: string
  }
  choice: {
    id: string
    quantity?: number
  }
  chosen_modifier: {
    id: string
    name: string
    group: string
    price: number
    quantity: number
  }
  day_hours: {
    open: string
    close: string
  }
  desk_game: {
    game: string
    venue: string
    status: string
    at_risk: Shapes["game_at_risk"] | null
    balance: number
    ends_at: string
    currency: string
    reference: string
    starts_at: string
    booking_id: string
    guest_name: string | null
    party_size: number
    minutes_late: number
    takes_waivers: boolean
    waivers_missing: number
    special_requests: string | null
  }
  desk_stay: {
    bill: number
    paid: number
    plate: string | null
    chalet: string
    guests: number
    source: string
    status: string
    balance: number
    check_in: string
    currency: string
    key_note: string | null
    movement: "arrival" | "departure" | "in_house" | "no_show"
    chalet_id: string
    check_out: string
    reference: string
    booking_id: string
    guest_name: string | null
    updated_at: string
    deposit_due: number
    total_price: number
    chalet_status: string
    check_in_time: string
    check_out_time: string
    special_requests: string | null
  }
  document: {
    at: number
    kind: string
    paper: "roll" | "A4"
    title: string
    drawer: boolean
    elements: {
      gap?: number
      row?: string[]
      code?: string
      rule?: "line" | "dashes"
      size?: "small" | "normal" | "large" | "huge"
      text?: string
      align?: "start" | "center" | "end"
      strong?: boolean
      widths?: number[]
      drawing?: string
    }[]
    language: string
    direction: "ltr" | "rtl"
  }
  entry: {
    session: Shapes["seat"]
    customer: Shapes["guest_name"] | null
    expires_at: number | null
    expires_in: number | null
    token_type: "bearer" | null
    access_token: string | null
  }
  floor_session: Pick<Database["public"]["Tables"]["table_sessions"]["Row"], "id" | "status" | "version" | "total_amount" | "paid_amount" | "party_size" | "billed_at" | "service_call" | "service_called_at"> & {
    otp: string | null
    names: string[]
    kitchen: {
      held: number
      ready: number
      cooking: number
      pending: number
    }
    minutes: number
    opened_at: string
    due_amount: number
    draft_count: number
    last_order_at: string | null
    participant_count: number
  }
  floor_table: Shapes["table"] & {
    width: Database["public"]["Tables"]["restaurant_tables"]["Row"]["width"] | null
    height: Database["public"]["Tables"]["restaurant_tables"]["Row"]["height"] | null
    session: Shapes["floor_session"] | null
    features: string[] | null
    rotation: Database["public"]["Tables"]["restaurant_tables"]["Row"]["rotation"] | null
    position_x: Database["public"]["Tables"]["restaurant_tables"]["Row"]["position_x"] | null
    position_y: Database["public"]["Tables"]["restaurant_tables"]["Row"]["position_y"] | null
    combined_into: string | null
    late_reservation: boolean
    next_reservation: Shapes["reservation"] | null
  }
  folio: {
    tax: number
    paid: number
    tips: number
    lines: {
      amount: number
      quantity: number
      booking_id: string
      tax_amount: number
      description: string
      occurred_at: string
      unit_amount: number
      booking_type: string
    }[]
    total: number
    balance: number
    bookings: {
      paid: number
      total: number
      balance: number
      booking_id: string
      booking_type: string
    }[]
    currency: string
    folio_id: string | null
    payments: Shapes["payment"][]
    organization_id: string
  }
  front_addon: {
    per: "stay" | "night" | "guest" | "guest_night"
    name: string
    price: number
    addon_id: string
    required: boolean
    description: string | null
    max_quantity: number
  }
  front_chalet: {
    id: string
    name: string
    addons: Shapes["front_addon"][]
    bedrooms: number
    capacity: number
    location: Json
    pictures: Shapes["picture"][]
    amenities: {
      icon: string | null
      name: string
    }[]
    bathrooms: number
    next_free: Shapes["front_night"] | null
    max_nights: number
    min_nights: number
    price_from: number
    description: string | null
    check_in_time: string
    check_out_time: string
  }
  front_game: {
    id: string
    name: string
    min_age: number | null
    tagline: string | null
    category: string | null
    pictures: Shapes["picture"][]
    next_free: Shapes["front_start"] | null
    difficulty: number | null
    price_from: number | null
    description: string | null
    max_players: number
    min_players: number
    price_model: "per_person" | "per_group" | "ticket_types"
    booking_mode: "private" | "shared"
    ticket_types: Json
    requires_waiver: boolean
    duration_minutes: number
  }
  front_house: Pick<Database["public"]["Tables"]["organizations"]["Row"], "name" | "description" | "email" | "phone" | "address" | "currency" | "locale" | "timezone"> & {
    pictures: Shapes["picture"][]
    pay_at_desk: boolean
    online_payments: boolean
    organization_id: string
  }
  front_night: {
    check_in: string
  }
  front_plan: {
    name: string
    type: "individual" | "family" | "corporate"
    plan_id: string
    max_members: number
    guest_passes: number
    billing_cycle: "monthly" | "quarterly" | "annually"
    monthly_price: number
  }
  front_pool: {
    plans: Shapes["front_plan"][]
    slots: {
      slot: string
      ends_at: string
      starts_at: string
      adult_price: number | null
      child_price: number | null
    }[]
    pictures: Shapes["picture"][]
    next_free: Shapes["front_slot"] | null
    price_from: number | null
  }
  front_restaurant: {
    id: string
    name: string
    slug: string | null
    week: Shapes["opening_day"][]
    email: string | null
    phone: string | null
    address: string | null
    is_open: boolean
    opens_at: string | null
    pictures: Shapes["picture"][]
    timezone: string
    closes_at: string | null
    next_free: Shapes["front_table"] | null
    price_from: number | null
    description: string | null
    max_party_size: number
    accepts_takeaway: boolean
    accepts_reservations: boolean
  }
  front_slot: {
    date: string
    free: number
    slot: string
  }
  front_start: {
    date: string
    time: string
    starts_at: string
    seats_left: number
  }
  front_table: {
    date: string
    time: string
    starts_at: string
    party_size: number
  }
  front_venue: {
    id: string
    city: string | null
    name: string
    week: Shapes["opening_day"][]
    email: string | null
    games: Shapes["front_game"][]
    phone: string | null
    address: string | null
    country: string | null
    is_open: boolean
    pictures: Shapes["picture"][]
    timezone: string
    amenities: string[]
    embed_key: string
    description: string | null
    postal_code: string | null
  }
  game_at_risk: {
    reference: string
    starts_at: string
  }
  game_day: {
    date: string
    free: number
    starts?: {
      time: string
      reason: "past" | "too_late" | "too_early" | "taken" | "full" | "too_few_seats" | null
      starts_at: string
      seats_left: number
    }[]
    starts_total: number
  }
  gate_entry: {
    at: string
    gate: string | null
    people: number
    reason: string | null
    result: Database["public"]["Tables"]["pool_entries"]["Row"]["result"]
    reference: string | null
  }
  gate_slot: {
    slot: string
    sold: number
    ends_at: string
    capacity: number
    opens_at: string
    is_closed: boolean
    starts_at: string
  }
  gate_ticket: Pick<Database["public"]["Tables"]["pool_tickets"]["Row"], "id" | "reference" | "slot" | "adults" | "children" | "status" | "used_at"> & {
    seen: number
    inside: number
    balance: number
    ends_at: string
    guest_name: string | null
  }
  gone: {
    kind: "stay" | "table" | "pool" | "game"
    paid: number
    title: string
    refund: number
    timezone: string
    reference: string
    starts_at: string
    booking_id: string
    booking_type: string
  }
  guest_name: {
    id: string
    name: string
  }
  house_hit: {
    id: string
    at?: string
    day: string | null
    kind: "stay" | "game" | "pool" | "table" | "customer" | "payment"
    title: string | null
    detail: string | null
    status: string | null
    until?: string
    reference: string | null
    booking_id?: string | null
    booking_type?: string
  }
  invoice: Pick<Database["public"]["Tables"]["sales_invoices"]["Row"], "id" | "organization_id" | "kind" | "year" | "sequence" | "number" | "issued_on" | "issued_at" | "language" | "currency" | "net_amount" | "tax_amount" | "total_amount" | "paid_amount" | "note" | "credits_invoice_id" | "refund_id"> & {
    buyer: { [key: string]: string }
    lines: {
      amount: number
      quantity: number
      tax_rate: number
      tax_amount: number
      description: string
      occurred_on: string | null
      unit_amount: number
    }[]
    taxes: {
      tax_code: string | null
      tax_rate: number
      net_amount: number
      tax_amount: number
      total_amount: number
    }[]
    seller: { [key: string]: string }
    bookings: {
      booking_id: string
      booking_type: string
    }[]
    credits_number: string | null
    credited_amount: number
  }
  kept_card: {
    id: string
    link?: string
    terms: string
    brand?: string
    last4?: string
    status: Database["public"]["Tables"]["stored_cards"]["Row"]["status"]
    expires_on?: string
  }
  line: Pick<Database["public"]["Tables"]["order_lines"]["Row"], "id" | "order_id" | "session_id" | "menu_item_id" | "name" | "quantity" | "unit_price" | "adjustment" | "total_amount" | "net_amount" | "tax_amount" | "tax_rate" | "note" | "station" | "course" | "status" | "customer_session_id" | "created_at" | "placed_at"> & {
    is_mine: boolean
    allergens: string[]
    modifiers: Shapes["chosen_modifier"][]
    customer_name: string | null
  }
  membership: Pick<Database["public"]["Tables"]["pool_memberships"]["Row"], "id" | "type" | "status" | "user_id" | "currency" | "end_date" | "paused_at" | "paused_on" | "reference" | "auto_renew" | "created_at" | "paid_until" | "resumes_on" | "start_date" | "updated_at" | "customer_id" | "max_members" | "cancelled_at" | "billing_cycle" | "monthly_price" | "refund_amount" | "organization_id" | "cancellation_reason" | "guest_passes_remaining" | "provider" | "provider_ref" | "provider_data" | "guest_passes_per_period" | "pause_reason"> & {
    due: Shapes["membership_due"] | null
    members: (Pick<Database["public"]["Tables"]["membership_members"]["Row"], "id" | "full_name" | "is_holder" | "qr_code">)[]
    stripe_subscription_id?: string | null
  }
  membership_due: Pick<Database["public"]["Tables"]["membership_periods"]["Row"], "starts_on" | "ends_on" | "amount" | "explanation"> & {
    period_id: string
  }
  menu_category: Pick<Database["public"]["Tables"]["menu_categories"]["Row"], "id" | "name" | "description" | "rank"> & {
    items: Shapes["menu_item"][]
  }
  menu_item: Pick<Database["public"]["Tables"]["menu_items"]["Row"], "id" | "name" | "description" | "price" | "image_url" | "is_available" | "portions_left" | "prep_time_minutes" | "station"> & {
    tags: string[]
    tax_rate: number
    allergens: string[]
    modifier_groups: Shapes["modifier_group"][]
  }
  menu_modifier: {
    id: string
    name: string
    price: number
    is_default: boolean
    is_available: boolean
    adds_allergens: string[]
    removes_allergens: string[]
  }
  mine: {
    kind: "stay" | "table" | "pool" | "game"
    paid: number
    place: string | null
    price: number
    terms: Shapes["terms"]
    title: string
    basket: Shapes["mine_basket"] | null
    people: number
    status: string
    balance: number
    details: Shapes["mine_details"]
    ends_at: string
    currency: string
    place_id: string | null
    timezone: string
    reference: string
    starts_at: string
    booking_id: string
    can_cancel: boolean
    can_change: boolean
    booking_type: "chalet" | "reservation" | "pool" | "experience"
    organization_id: string
  }
  mine_basket: {
    id: string
    folio_id: string | null
    reference: string
  }
  mine_details: {
    date?: string
    slot?: string
    time?: string
    addons?: {
      name: string
      addon_id: string | null
      quantity: number
      total_price: number
    }[]
    adults?: number
    guests?: number
    tables?: {
      section: string | null
      features: Json
      table_number: number
    }[]
    game_id?: string
    qr_code?: string | null
    waivers?: string[]
    check_in?: string
    children?: number
    opens_at?: string
    venue_id?: string
    chalet_id?: string
    check_out?: string
    change_fee?: number
    guest_name?: string | null
    party_size?: number
    tax_amount?: number
    deposit_due?: number
    addons_price?: number
    nights_price?: number
    ticket_types?: Json
    people_inside?: number
    price_details?: Json
    restaurant_id?: string
    payment_status?: string
    requires_waiver?: boolean
    waivers_missing?: number
    special_requests?: string | null
  }
  mine_membership: {
    name: string
    status: string
    currency: string
    reference: string
    paid_until: string | null
    start_date: string
    monthly_price: number
    guest_passes_remaining: number
  }
  modifier_group: Pick<Database["public"]["Tables"]["modifier_groups"]["Row"], "id" | "name" | "min_choices" | "max_choices"> & {
    modifiers: Shapes["menu_modifier"][]
  }
  onboarding: Pick<Database["public"]["Tables"]["onboarding_records"]["Row"], "id" | "notes" | "status" | "staff_id" | "mentor_id" | "created_at" | "started_on" | "updated_at" | "template_id" | "completed_at" | "organization_id"> & {
    tasks: (Pick<Database["public"]["Tables"]["onboarding_tasks"]["Row"], "id" | "note" | "title" | "due_on" | "status" | "done_at" | "done_by" | "position" | "created_at" | "updated_at" | "description" | "is_required">)[]
    progress: number
    staff_name: string
  }
  opening_day: {
    date: string
    weekday: number
    windows: {
      open: string
      close: string
    }[]
  }
  order: Pick<Database["public"]["Tables"]["orders"]["Row"], "id" | "order_number" | "status" | "type" | "restaurant_id" | "table_id" | "session_id" | "customer_session_id" | "customer_name" | "notes" | "total_amount" | "net_amount" | "tax_amount" | "placed_at" | "pickup_at" | "done_at" | "cancelled_at"> & {
    lines: Shapes["line"][]
    adjustments: Shapes["adjustment"][] | null
    table_number: number | null
  }
  order_item: {
    note?: string | null
    course?: number
    quantity?: number
    modifiers?: (string | Shapes["choice"])[]
    menu_item_id: string
  }
  other_time: {
    date: string
    time: string
    starts_at: string
  }
  part_line: {
    code: "nights" | "addon" | "adults" | "children" | "tickets" | "discount" | "tax"
    per?: string
    base?: string
    from?: string
    label: string
    rule?: string | null
    amount: number
    addon_id?: string
    included?: boolean
    quantity?: number
    required?: boolean
    multiplier?: number | null
    unit_price?: number
  }
  part_not_had: Shapes["refused_part"] & {
    available: false
  }
  part_request: {
    kind: Database["public"]["Tables"]["basket_parts"]["Row"]["kind"]
    date?: string
    name?: string | null
    slot?: string
    time?: string
    addons?: {
      addon_id: string
      quantity?: number
    }[]
    adults?: number
    guests?: number
    game_id?: string
    check_in?: string
    children?: number
    features?: string[]
    venue_id?: string
    chalet_id?: string
    check_out?: string
    party_size?: number
    promo_code?: string
    ticket_types?: {
      id: string
      quantity: number
    }[]
    restaurant_id?: string
  }
  participant: {
    id: string
    name: string
    is_me: boolean
    joined_at: string
    draft_amount: number
    ordered_amount: number
  }
  party: {
    kind: "stay" | "table" | "pool" | "game"
    paid?: number
    place: string | null
    split: "none" | "equal" | "amounts"
    title: string
    joined: number
    people: number
    price?: number
    token?: string
    digits?: string
    ends_at: string
    is_open: boolean
    currency: string
    members?: Shapes["party_member"][]
    missing?: number
    party_id: string
    timezone: string
    waivers?: string[]
    starts_at: string
    booking_id?: string
    booking_type?: string
    waivers_missing?: number
  }
  party_left: {
    left: true
  }
  party_member: {
    due?: number
    name: string
    is_me: boolean
    note?: string | null
    paid?: number
    email?: string | null
    phone?: string | null
    share?: number
    signed?: boolean | null
    member_id: string
    allergies?: string[]
    is_organizer: boolean
    reminded_at?: string | null
  }
  payment: Pick<Database["public"]["Tables"]["payments"]["Row"], "id" | "amount" | "method" | "status" | "paid_at" | "currency" | "provider" | "share_id" | "reference" | "booking_id" | "created_at" | "tip_amount" | "booking_type" | "refunded_tip" | "refunded_amount" | "rounding_amount">
  payout: Pick<Database["public"]["Tables"]["payouts"]["Row"], "id" | "provider" | "provider_ref" | "status" | "amount" | "currency" | "arrives_on" | "reason" | "is_complete" | "reconciled_at"> & {
    fees: number
    lines: Shapes["payout_line"][]
    other: number
    agrees: boolean
    refunds: number
    disputes: number
    payments: number
    difference: number
  }
  payout_line: {
    id: string
    fee: number
    kind: Database["public"]["Tables"]["payout_lines"]["Row"]["kind"]
    agrees: boolean
    amount: number
    booked: number | null
    refund_id: string | null
    payment_id: string | null
    description: string | null
    provider_ref: string
  }
  picture: {
    alt: string | null
    url: string
    width: number | null
    height: number | null
    alt_by_locale: { [key: string]: string }
  }
  pool_ticket: Pick<Database["public"]["Tables"]["pool_tickets"]["Row"], "id" | "slot" | "adults" | "source" | "status" | "qr_code" | "used_at" | "user_id" | "children" | "currency" | "reference" | "created_at" | "expires_at" | "tax_amount" | "updated_at" | "customer_id" | "people_seen" | "ticket_date" | "total_price" | "cancelled_at" | "hold_ran_out" | "membership_id" | "people_inside" | "refund_amount" | "first_starts_at" | "hold_expires_at" | "organization_id" | "cancellation_reason" | "cancellation_policy_id" | "guest_details"> & {
    paid: number
    balance: number
    opens_at: string
    starts_at: string
  }
  price_line: {
    label: string
    amount: number
    quantity: number
    unit_price: number
  }
  priced_addon: {
    net: number
    per: Database["public"]["Tables"]["booking_addons"]["Row"]["per"]
    tax: number
    name: string
    price: number
    total: number
    units: number
    addon_id: string
    quantity: number
    required: boolean
    tax_rate: number
  }
  priced_night: {
    why: string
    base: string
    date: string
    rule: string | null
    price: number
    rule_id: string | null
    weekday: string
    base_price: number
    multiplier: number
  }
  priced_part: {
    kind: Database["public"]["Tables"]["basket_parts"]["Row"]["kind"]
    lines: Shapes["part_line"][]
    place: string | null
    price: number
    terms: Shapes["terms"]
    title: string
    people: number
    deposit: number
    ends_at: string
    currency: string
    timezone: string
    starts_at: string
    tax_amount: number
    organization_id: string
  }
  printer_problem: {
    name: string
    moved: number
    since: string | null
    status: Database["public"]["Tables"]["printers"]["Row"]["status"]
    waiting: number
    fallback: string | null
    printer_id: string
  }
  quoted_part: {
    key?: string
    kind: Database["public"]["Tables"]["basket_parts"]["Row"]["kind"]
    lines: Shapes["part_line"][]
    place: string | null
    price: number
    terms: Shapes["terms"]
    title: string
    people: number
    deposit: number
    ends_at: string
    currency: string
    timezone: string
    available: boolean
    starts_at: string
    tax_amount: number
  }
  refused_part: {
    code: string
    key?: string
    kind: Database["public"]["Tables"]["basket_parts"]["Row"]["kind"]
    hint?: string
    field?: string
    message: string
    reason?: string
    alternatives: Shapes["part_request"][]
  }
  register_count: {
    number: number
    counted: number
    shift_id: string
    closed_at: string
    difference: number | null
    business_date: string
  }
  register_now: {
    id: string
    last: Shapes["register_count"] | null
    name: string
    open: Shapes["register_report"] | null
    is_active: boolean
  }
  register_report: {
    note: string | null
    sold: {
      amount: number
      booking_type: string
    }[]
    number: number | null
    counted: number | null
    takings: Shapes["taking"][]
    currency: string
    expected: number | null
    register: string
    shift_id: string
    closed_at: string | null
    closed_by: string | null
    movements: {
      kind: Database["public"]["Tables"]["cash_movements"]["Row"]["kind"]
      amount: number
      reason: string | null
      made_at: string
      made_by: string | null
    }[]
    opened_at: string
    opened_by: string | null
    difference: number | null
    register_id: string
    float_amount: number
    business_date: string
  }
  report: {
    data: Json
    cached: boolean
    created_at: string
    expires_at: string
  }
  reservation: Pick<Database["public"]["Tables"]["table_reservations"]["Row"], "id" | "confirmation_code" | "restaurant_id" | "status" | "reservation_date" | "business_date" | "duration_minutes" | "party_size" | "guest_name" | "guest_phone" | "guest_email" | "special_requests" | "session_id" | "cancelled_at" | "created_at"> & {
    ends_at: string
    starts_at: string
    table_ids: string[]
    table_numbers: number[]
    reservation_time: string
  }
  restaurant: Pick<Database["public"]["Tables"]["restaurants"]["Row"], "id" | "name" | "description" | "address" | "phone" | "email" | "image_url" | "timezone" | "accepts_takeaway" | "accepts_reservations" | "max_party_size"> & {
    locale: string | null
    is_open: boolean | null
    currency: string
    opens_at: string | null
    closes_at: string | null
    closed_dates: string[]
    takes_orders: boolean | null
    opening_hours: { [key: string]: [string, string][] }
    currency_exponent: number
    prices_include_tax: boolean
  }
  seat: Pick<Database["public"]["Tables"]["table_sessions"]["Row"], "id" | "status" | "restaurant_id" | "table_id" | "total_amount" | "version" | "otp_expires_at"> & {
    otp: string
    table_code: string
    table_number: number
  }
  session_view: {
    me: Shapes["participant"] | null
    bill: Shapes["bill"] | null
    table: Shapes["table"]
    taxes: Shapes["tax_line"][]
    drafts: Shapes["line"][]
    orders: Shapes["order"][]
    session: Pick<Database["public"]["Tables"]["table_sessions"]["Row"], "id" | "otp_expires_at" | "status" | "total_amount" | "net_amount" | "tax_amount" | "paid_amount" | "party_size" | "service_call" | "service_called_at" | "service_seen_call" | "service_seen_at" | "receipt_code" | "created_at" | "billed_at" | "cleared_at"> & {
      otp: string | null
      due_amount: number
      draft_amount: number
      service_seen_by: string | null
      max_participants: number | null
      participant_count: number
    }
    version: number
    restaurant: Shapes["restaurant"]
    updated_at: string
    participants: Shapes["participant"][]
  }
  share: Pick<Database["public"]["Tables"]["bill_shares"]["Row"], "id" | "position" | "label" | "method" | "customer_session_id" | "amount" | "paid_amount" | "status" | "payment_method" | "paid_at"> & {
    lines: {
      name: string
      amount: number
      line_id: string
      fraction: number
      quantity: number
    }[]
    due_amount: number
    customer_name: string | null
    cash_due_amount: number
  }
  shift: Pick<Database["public"]["Tables"]["staff_schedules"]["Row"], "id" | "role" | "notes" | "status" | "ends_at" | "end_time" | "staff_id" | "timezone" | "venue_id" | "starts_at" | "created_at" | "created_by" | "shift_date" | "start_time" | "updated_at" | "break_minutes" | "organization_id"> & {
    hours: number
    staff_name: string
  }
  shift_warning: {
    kind: "rest_time" | "daily_hours" | "weekly_hours" | "break"
    hours?: number
    message: string
    needed?: number
    allowed?: number
    minutes?: number
  }
  split_by_amounts: {
    amount: number
    label?: string
    customer_session_id?: string
  }
  split_by_lines: {
    lines: (string | Shapes["weighed_line"])[]
    label?: string
    customer_session_id?: string
  }
  split_by_weights: {
    label?: string
    weight: number
    customer_session_id?: string
  }
  split_parts: {
    parts: number
  }
  stay_calendar: Pick<Database["public"]["Tables"]["chalets"]["Row"], "name" | "capacity" | "min_nights" | "max_nights"> & {
    nights: Shapes["stay_night"][]
    chalet_id: string
    check_in_time: string
    check_out_time: string
  }
  stay_customer: {
    id: string
    email: string | null
    phone: string | null
    full_name: string
  }
  stay_night: {
    date: string
    free: boolean
    rule: string | null
    price: number
    weekend: boolean
    can_arrive: boolean
    min_nights: number
    free_nights: number
  }
  stay_price: {
    addons: Shapes["priced_addon"][]
    chalet: string
    guests: number
    nights: Shapes["priced_night"][]
    check_in: string
    currency: string
    timezone: string
    available: boolean
    chalet_id: string
    check_out: string
    leaves_at: string
    arrives_at: string
    max_nights: number | null
    min_nights: number
    tax_amount: number
    deposit_due: number
    total_price: number
    addons_price: number
    nights_count: number
    nights_price: number
    accommodation: {
      net: number
      tax: number
      total: number
      tax_rate: number
    }
    check_in_time: string
    check_out_time: string
    deposit_percent: number
    organization_id: string
    prices_include_tax: boolean
    cancellation_policy_id: string | null
  }
  subscription: {
    id: string
    link?: string
    amount: number
    months: number
    status: Database["public"]["Tables"]["subscriptions"]["Row"]["status"]
    reason?: string
    currency: string
    is_paused: boolean
    renews_at: string
    first_amount: number
  }
  table: Pick<Database["public"]["Tables"]["restaurant_tables"]["Row"], "id" | "code" | "table_number" | "capacity" | "section" | "status" | "shape"> & {
    name: string
  }
  taking: {
    tips: number
    amount: number
    method: Database["public"]["Tables"]["payments"]["Row"]["method"]
    refunds: number
    payments: number
    refunded: number
  }
  tape_bar: {
    id: string
    to: string
    from: string
    kind: "stay" | Database["public"]["Tables"]["chalet_blocks"]["Row"]["kind"]
    note?: string | null
    guests?: number
    portal?: string | null
    source?: string
    status?: Database["public"]["Tables"]["chalet_bookings"]["Row"]["status"]
    booked_to?: string
    reference?: string
    guest_name?: string | null
    updated_at?: string
    is_conflict?: boolean
    total_price?: number
    is_running_out?: boolean
    payment_status?: Database["public"]["Tables"]["chalet_bookings"]["Row"]["payment_status"]
    hold_expires_at?: string | null
    special_requests?: string | null
  }
  tax_line: {
    tax_rate: number
    net_amount: number
    tax_amount: number
    total_amount: number
  }
  terminal_payment: {
    id: string
    state: "sending" | "waiting" | "cancelling" | "approved" | "declined" | "timed_out" | "cancelled"
    amount: number
    reason: string | null
    ends_at: string
    sent_at: string
    currency: string
    share_id: string | null
    terminal: string
    can_cancel: boolean
    tip_amount: number
    terminal_id: string
  }
  terms: {
    name: string | null
    tiers: {
      until: string
      is_over: boolean
      refund_amount: number
      refund_percent: number
    }[]
    policy_id: string | null
    starts_at: string
    free_until: string | null
  }
  ticket: Pick<Database["public"]["Tables"]["kitchen_orders"]["Row"], "id" | "order_id" | "order_number" | "station" | "course" | "held" | "status" | "table_id" | "session_id" | "customer_name" | "kitchen_notes" | "created_at" | "started_at" | "ready_at" | "completed_at" | "cancelled_at" | "cancellation_reason" | "target_at"> & {
    type: "dine_in" | "takeaway"
    items: Shapes["ticket_item"][]
    alerts: string[]
    is_late: boolean
    table_name: string | null
    table_number: number | null
    waiting_seconds: number
  }
  ticket_item: Pick<Database["public"]["Tables"]["kitchen_order_items"]["Row"], "id" | "order_line_id" | "menu_item_id" | "name" | "quantity" | "note" | "status" | "customer_name"> & {
    allergens: string[]
    modifiers: Shapes["chosen_modifier"][]
    note_alerts: string[]
  }
  time_entry: Pick<Database["public"]["Tables"]["time_entries"]["Row"], "id" | "notes" | "staff_id" | "amended_at" | "amended_by" | "created_at" | "updated_at" | "clock_in_at" | "schedule_id" | "amend_reason" | "clock_out_at" | "business_date" | "organization_id"> & {
    breaks: (Pick<Database["public"]["Tables"]["time_breaks"]["Row"], "id" | "started_at" | "ended_at" | "is_paid">)[]
    on_break: boolean
    worked_minutes: number
  }
  unchanged: {
    version: number
    unchanged: true
  }
  waiting: Pick<Database["public"]["Tables"]["waitlist_entries"]["Row"], "id" | "code" | "restaurant_id" | "party_size" | "guest_name" | "guest_phone" | "note" | "status" | "quoted_minutes" | "session_id" | "joined_at" | "notified_at"> & {
    position: number | null
  }
  weighed_line: {
    line_id: string
    weight?: number
  }
}

type DefaultSchema = Database["public"]
type Schemas = Omit<Database, "__InternalSupabase">
type Chosen = { schema: keyof Schemas }
type SchemaOf<N> = N extends { schema: infer S extends keyof Schemas } ? Schemas[S] : DefaultSchema
type Names<N, Part extends keyof DefaultSchema> = N extends Chosen ? keyof SchemaOf<N>[Part] : never
type Member<T, N, M, Part extends string> = (N extends string ? N : M) extends infer K extends keyof T
  ? T[K] extends { [P in Part]: infer R }
    ? R
    : never
  : never

export type Tables<
  N extends keyof DefaultSchema["Tables"] | keyof DefaultSchema["Views"] | Chosen,
  M extends Names<N, "Tables"> | Names<N, "Views"> = never,
> = Member<SchemaOf<N>["Tables"] & SchemaOf<N>["Views"], N, M, "Row">
export type TablesInsert<N extends keyof DefaultSchema["Tables"] | Chosen, M extends Names<N, "Tables"> = never> = Member<
  SchemaOf<N>["Tables"], N, M, "Insert"
>
export type TablesUpdate<N extends keyof DefaultSchema["Tables"] | Chosen, M extends Names<N, "Tables"> = never> = Member<
  SchemaOf<N>["Tables"], N, M, "Update"
>
export type Enums<N extends keyof DefaultSchema["Enums"] | Chosen, M extends Names<N, "Enums"> = never> =
  (N extends string ? N : M) extends infer K extends keyof SchemaOf<N>["Enums"] ? SchemaOf<N>["Enums"][K] : never
export type CompositeTypes<
  N extends keyof DefaultSchema["CompositeTypes"] | Chosen,
  M extends Names<N, "CompositeTypes"> = never,
> = (N extends string ? N : M) extends infer K extends keyof SchemaOf<N>["CompositeTypes"]
  ? SchemaOf<N>["CompositeTypes"][K]
  : never

export const Constants = {
  public: {
    Enums: {
    },
  },
} as const
