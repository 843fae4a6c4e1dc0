WITH "_sr_0" AS (
  SELECT
    "_sr"."supplier" AS "_t0",
    "_sr"."on_time" AS "_t1",
    "_sr"."change" AS "_t2",
    "_sr"."certified" AS "_t3",
    "_sr"."category" AS "_t4",
    "_sr"."signed" AS "_t5",
    "_sr"."注 释" AS "_t6",
    "_sr"."on_time" AS "_given_on_time",
    "_sr"."change" AS "_given_change",
    "_sr"."certified" AS "_given_certified",
    "_sr"."category" AS "_given_category",
    "_sr"."signed" AS "_given_signed",
    "_sr"."注 释" AS "_given_note"
  FROM "sales"."kpis" AS "_sr"
  LIMIT -1 OFFSET 0
),
"_sr_1" AS (
  SELECT
    *,
    CASE WHEN typeof("_given_on_time") IN ('integer', 'real') AND "_given_on_time" BETWEEN 0 AND 1 THEN CAST(ABS("_given_on_time") * 10000.0 + 0.5 AS INTEGER) END AS "on_time",
    CASE WHEN typeof("_given_change") IN ('integer', 'real') AND "_given_change" BETWEEN -1.5 AND 1.5 THEN SIGN("_given_change") * CAST(ABS("_given_change") * 100.0 + 0.5 AS INTEGER) END AS "change",
    CASE "_given_certified" WHEN 1 THEN 1 WHEN 0 THEN 0 END AS "certified",
    CASE WHEN typeof("_given_category") = 'text' AND "_given_category" COLLATE BINARY IN ('raw', 'it''s') THEN "_given_category" COLLATE BINARY END AS "category",
    CASE WHEN date("_given_signed") = "_given_signed" AND "_given_signed" BETWEEN '2020-01-01' AND '2030-12-31' THEN CAST(julianday("_given_signed") - 2440587.5 AS INTEGER) END AS "signed",
    CASE WHEN typeof("_given_note") = 'text' AND LENGTH("_given_note") <= 200 THEN "_given_note" COLLATE BINARY END AS "note"
  FROM "_sr_0"
  LIMIT -1 OFFSET 0
),
"_sr_2" AS (
  SELECT
    *,
    CASE WHEN "on_time" IS NULL AND "_given_on_time" IS NOT NULL THEN 1 ELSE 0 END
    + CASE WHEN "change" IS NULL THEN 1 ELSE 0 END
    + CASE WHEN "certified" IS NULL AND "_given_certified" IS NOT NULL THEN 1 ELSE 0 END
    + CASE WHEN "category" IS NULL THEN 1 ELSE 0 END
    + CASE WHEN "signed" IS NULL AND "_given_signed" IS NOT NULL THEN 1 ELSE 0 END
    + CASE WHEN "note" IS NULL AND "_given_note" IS NOT NULL THEN 1 ELSE 0 END AS "_bad",
    100 + CASE WHEN "change" < 0 THEN 0 - "change" ELSE "change" END AS "_c0",
    CASE
      WHEN "certified" = 1 AND ("category" = 'raw' OR "note" <> 'late') THEN 1
      WHEN "certified" = 0 OR ("category" <> 'raw' AND "note" = 'late') THEN 0
    END AS "trusted",
    "signed" + 365 AS "renewal"
  FROM "_sr_1"
  LIMIT -1 OFFSET 0
),
"_sr_3" AS (
  SELECT
    *,
    (("on_time" * 2 + "_c0") / ("_c0" * 2)) AS "score"
  FROM "_sr_2"
  LIMIT -1 OFFSET 0
),
"_sr_4" AS (
  SELECT
    *,
    CASE
      WHEN "score" IS NULL THEN NULL
      WHEN "score" >= 50 THEN 'A'
      ELSE 'B'
    END AS "grade"
  FROM "_sr_3"
  LIMIT -1 OFFSET 0
)
SELECT
  "_t0" AS "supplier",
  "_t1" AS "on_time",
  "_t2" AS "change",
  "_t3" AS "certified",
  "_t4" AS "category",
  "_t5" AS "signed",
  "_t6" AS "注 释",
  CASE WHEN "_bad" = 0 THEN "score" / 100.0 END AS "score",
  CASE WHEN "_bad" = 0 THEN "grade" END AS "grade",
  CASE WHEN "_bad" = 0 THEN "trusted" = 1 END AS "trusted",
  CASE WHEN "_bad" = 0 THEN date("renewal" + 2440587.5) END AS "renewal",
  "_bad" AS "problems"
FROM "_sr_4"
