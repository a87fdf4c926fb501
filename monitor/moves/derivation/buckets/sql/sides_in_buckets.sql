-- One row is a side that is believed of a profile of a bucket, with that bucket. Reads look_buckets, profile_moves, sides and tenures. Exists because each
-- bucket is given what the sides of its tenures and moves say.
SELECT sides.*, bucket FROM sides JOIN (
    SELECT unnest([entered, latest]) AS side, bucket FROM tenures JOIN look_buckets USING (source, profile)
    UNION
    SELECT unnest([from_side, to_side]), bucket FROM profile_moves JOIN look_buckets USING (source, profile)) AS believed USING (side);
