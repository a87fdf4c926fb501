"""What the commands print: JSON records with stable keys, and tables for people; by subject."""
