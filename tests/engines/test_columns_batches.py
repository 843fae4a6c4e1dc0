"""Rules run batch by batch: a plain function of a batch is all that Ray, Dask or a pool of processes needs."""

import pickle
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa

from supplychain_rules import Policy, apply, load_policy

RULES: dict[str, Any] = {
    "schema": "supplychain-rules/1",
    "id": "review",
    "version": "1",
    "inputs": {"on_time": {"type": "number", "decimals": 3, "min": 0, "max": 1, "optional": True}},
    "steps": [
        {
            "kind": "ladder",
            "id": "grade",
            "of": "on_time",
            "bands": [{"name": "A", "from": "0.95"}, {"name": "B"}],
            "if_unknown": "unrated",
        }
    ],
}

VALUES = [0.95, 0.949, None, 0.9495, 0.9494, 1.0, 1.5]


def score(batch: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Return a batch with its grades, as a worker does."""
    return apply(policy, batch, on_invalid="null")


def test_batches_in_other_processes_give_what_the_whole_gives() -> None:
    policy = load_policy(RULES)
    whole = pd.DataFrame({"on_time": VALUES})
    batches = [whole.iloc[:3], whole.iloc[3:]]

    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        found = pd.concat(pool.map(partial(score, policy=pickle.loads(pickle.dumps(policy))), batches))  # noqa: S301

    assert score(whole, policy).equals(found)
    assert [0] * 6 + [1] == found["problems"].tolist()


def test_batches_of_arrow_and_polars_give_what_the_whole_gives() -> None:
    policy = load_policy(RULES)
    whole = pa.table({"on_time": VALUES})
    expected = apply(policy, whole, on_invalid="null")

    parts = [apply(policy, whole.slice(start, 2), on_invalid="null") for start in range(0, len(VALUES), 2)]
    frames = [
        apply(policy, pl.from_arrow(whole.slice(start, 2)), on_invalid="null") for start in range(0, len(VALUES), 2)
    ]

    assert expected.to_pydict() == pa.concat_tables(parts).to_pydict()
    assert expected.to_pydict() == pl.concat(frames).to_dict(as_series=False)  # type: ignore[type-var]
