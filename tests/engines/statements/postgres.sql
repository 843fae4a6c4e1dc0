WITH "_sr_0" AS (
  SELECT
    "_sr" AS "_row",
    "_sr"."on_time" AS "_given_on_time",
    "_sr"."change" AS "_given_change",
    "_sr"."certified" AS "_given_certified",
    "_sr"."category" AS "_given_category",
    "_sr"."signed" AS "_given_signed",
    "_sr"."注 释" AS "_given_note"
  FROM "sales"."kpis" AS "_sr"
  OFFSET 0
),
"_sr_1" AS (
  SELECT
    *,
    CASE WHEN "_given_on_time" BETWEEN 0 AND 1 THEN CAST(FLOOR(ABS("_given_on_time") * 10000.0 + 0.5) AS BIGINT) END AS "on_time",
    CASE WHEN "_given_change" BETWEEN -1.5 AND 1.5 THEN CAST(SIGN("_given_change") * FLOOR(ABS("_given_change") * 100.0 + 0.5) AS BIGINT) END AS "change",
    CASE "_given_certified" WHEN TRUE THEN 1 WHEN FALSE THEN 0 END AS "certified",
    CASE WHEN CAST("_given_category" AS TEXT) COLLATE "C" IN ('raw', 'it''s') THEN CAST("_given_category" AS TEXT) COLLATE "C" END AS "category",
    CASE WHEN "_given_signed" BETWEEN DATE '2020-01-01' AND DATE '2030-12-31' THEN CAST("_given_signed" - DATE '1970-01-01' AS BIGINT) END AS "signed",
    CASE WHEN LENGTH("_given_note") <= 200 THEN CAST("_given_note" AS TEXT) COLLATE "C" END AS "note"
  FROM "_sr_0"
  OFFSET 0
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
      WHEN "certified" = 1 AND ("category" = 'raw' OR "note" <> 'late') THEN CAST(1 AS BIGINT)
      WHEN "certified" = 0 OR ("category" <> 'raw' AND "note" = 'late') THEN 0
    END AS "trusted",
    "signed" + 365 AS "renewal"
  FROM "_sr_1"
  OFFSET 0
),
"_sr_3" AS (
  SELECT
    *,
    (("on_time" * 2 + "_c0") / ("_c0" * 2)) AS "score"
  FROM "_sr_2"
  OFFSET 0
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
  OFFSET 0
)
SELECT
  ("_row").*,
  CASE WHEN "_bad" = 0 THEN CAST("score" * 0.01 AS NUMERIC(38, 2)) END AS "score",
  CASE WHEN "_bad" = 0 THEN "grade" END AS "grade",
  CASE WHEN "_bad" = 0 THEN "trusted" = 1 END AS "trusted",
  CASE WHEN "_bad" = 0 THEN DATE '1970-01-01' + CAST("renewal" AS INTEGER) END AS "renewal",
  "_bad" AS "problems"
FROM "_sr_4"
