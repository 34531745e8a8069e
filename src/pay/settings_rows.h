/* Settings of this room; see config/settings.h. */
#ifndef MAITRED_PAY_SETTINGS_ROWS_H
#define MAITRED_PAY_SETTINGS_ROWS_H

#define PAY_SETTINGS(X) X(stripe_url, TEXT, "https://api.stripe.com", 8, 1000, "", "where Stripe's API is (tests)")

#endif
