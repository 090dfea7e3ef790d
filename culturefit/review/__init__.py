"""The page on which people read replies and cases, and what they signed, put under the cases."""
