-- One row is a class of pairs that exchanged people, alike in their past and in what both sides do now, with how many there are and the means. Reads
-- usual_pairs and usual_sides. Exists because a panel has millions of pairs, and chance treats alike ones alike.
SELECT origins.now_class AS left_now_class, origins.past_class AS left_past_class, targets.now_class AS joined_now_class,
       targets.past_class AS joined_past_class, CAST(count(*) AS DOUBLE) AS pairs, seen, avg(by_size) AS by_size,
       CAST(avg(origins.now) AS DOUBLE) AS left_now, CAST(avg(origins.past) AS DOUBLE) AS left_past,
       CAST(avg(targets.now) AS DOUBLE) AS joined_now, CAST(avg(targets.past) AS DOUBLE) AS joined_past
FROM usual_pairs JOIN usual_sides AS origins ON origins.key = origin JOIN usual_sides AS targets ON targets.key = target
GROUP BY left_now_class, left_past_class, joined_now_class, joined_past_class, seen, size_class(CAST(ceil(by_size * 8) AS BIGINT)) ORDER BY ALL;
