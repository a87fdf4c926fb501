-- One row is a class of pairs that exchanged people, alike in their past and in what both sides do now, with how many there are and the means. Reads
-- usual_pairs. Exists because a panel has millions of pairs, and chance treats alike ones alike.
SELECT size_class(left_now) AS left_now_class, size_class(left_past) AS left_past_class, size_class(joined_now) AS joined_now_class,
       size_class(joined_past) AS joined_past_class, CAST(count(*) AS DOUBLE) AS pairs, CAST(seen AS BIGINT) AS seen, avg(by_size) AS by_size,
       CAST(avg(left_now) AS DOUBLE) AS left_now, CAST(avg(left_past) AS DOUBLE) AS left_past,
       CAST(avg(joined_now) AS DOUBLE) AS joined_now, CAST(avg(joined_past) AS DOUBLE) AS joined_past
FROM usual_pairs GROUP BY left_now_class, left_past_class, joined_now_class, joined_past_class, seen, size_class(CAST(ceil(by_size * 8) AS BIGINT)) ORDER BY ALL;
