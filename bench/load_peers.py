"""What `bench/load.py` compares with: the same files in plain SQLite tables by pandas, and as a graph of networkx.

Both are asked what every by-office clause asks: who held an office that answers at the conduct of each decision? pandas also finds
out what a second delivery changes, and SQLite records single rows and looks for names with LIKE.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

import pandas as pd

from bench.load import SECOND, TABLES, asked_names, p99

ROLES = ("法定代表人", "主要负责人")
QUESTION = "who held the office, of all decisions: s"
Said = dict[str, Any]


def pandas_sqlite(folder: Path) -> Said:
    """Load the files with pandas into plain tables, indexed, and ask with a merge."""
    start, rows = time.perf_counter(), 0
    with sqlite3.connect(folder / "plain.db") as db:
        for name in TABLES:
            frame = pd.read_csv(folder / f"{name}.csv", dtype=str)
            rows += len(frame)
            frame.to_sql(name, db, index=False, chunksize=20_000)
        db.execute("CREATE INDEX posts_code ON posts (信用代码)")
        db.execute("CREATE INDEX posts_name ON posts (姓名)")
        db.execute("CREATE INDEX decisions_code ON decisions (信用代码)")
    seconds = time.perf_counter() - start
    megabytes = (folder / "plain.db").stat().st_size / 1e6
    with sqlite3.connect(folder / "plain.db") as db:
        began = time.perf_counter()
        posts, decisions = pd.read_sql("SELECT * FROM posts", db), pd.read_sql("SELECT * FROM decisions", db)
        read = time.perf_counter() - began
        began = time.perf_counter()
        both = decisions.merge(posts[posts["职务"].isin(ROLES)], on="信用代码")
        held = (both["任职日期"] <= both["行为开始"]) & (both["离任日期"].isna() | (both["离任日期"] > both["行为结束"]))
        answers, asked = int(held.sum()), time.perf_counter() - began
        same, changed = _again(folder, db), _again(folder, db, changed=True)
        took = _searched(folder, db)
    figures = {
        "files to store: rows/s": f"{rows / seconds:,.0f}",
        "size: MB": f"{megabytes:,.0f}",
        "the same delivery again: s": f"{same:.1f}",
        "… with 1 % changed: s": f"{changed:.1f}",
        "durable single writes/s, one writer": f"{_single(folder):,.0f}",
        "search: p99 ms": p99(took),
        QUESTION: f"{asked:.2f}",
    }
    said = f"{rows:,} rows; reading for the question {read:.1f} s; {answers:,} answers; search by LIKE, without pinyin"
    return {"seconds": seconds, "said": said, "figures": figures}


def _again(folder: Path, db: sqlite3.Connection, *, changed: bool = False) -> float:
    """Return how long it takes to find the rows that a delivery has and the tables have not, and the other way round."""
    began = time.perf_counter()
    for name in TABLES:
        new = pd.read_csv(folder / f"{name}.csv", dtype=str)
        if changed and name == "posts":
            new.loc[new.index % 100 == 0, "离任日期"] = str(SECOND)
        new.merge(pd.read_sql(f"SELECT * FROM {name}", db), how="outer", indicator=True)["_merge"].value_counts()  # noqa: S608
    return time.perf_counter() - began


def _single(folder: Path) -> float:
    """Return how many single rows a second SQLite keeps, each durable before the next, without index, log or check."""
    db = sqlite3.connect(folder / "single.db", isolation_level=None)
    for setting in ("journal_mode = WAL", "synchronous = FULL"):
        db.execute(f"PRAGMA {setting}")
    db.execute("CREATE TABLE single (id TEXT, name TEXT)")
    began = time.perf_counter()
    for number in range(2_000):
        db.execute("INSERT INTO single VALUES (?, ?)", (str(number), f"示例单笔之{number}有限公司"))
    seconds = time.perf_counter() - began
    db.close()
    return 2_000 / seconds


def _searched(folder: Path, db: sqlite3.Connection) -> list[float]:
    """Return how long the searches take that LIKE can do, of names and codes."""
    took = []
    for text in [text for text in asked_names(folder) if not (text.isascii() and text.isalpha())][::10]:
        began = time.perf_counter()
        like = (f"%{text}%",)
        db.execute("SELECT * FROM enterprises WHERE 企业名称 LIKE ? LIMIT 20", like).fetchall()
        db.execute("SELECT * FROM enterprises WHERE 统一社会信用代码 LIKE ? LIMIT 20", like).fetchall()
        db.execute("SELECT DISTINCT 姓名 FROM posts WHERE 姓名 LIKE ? LIMIT 20", like).fetchall()
        took.append(time.perf_counter() - began)
    return took


def networkx_graph(folder: Path) -> Said:
    """Build the same posts and holdings as a graph, and ask each decision's enterprise."""
    import networkx as nx

    start = time.perf_counter()
    graph = nx.MultiDiGraph()
    for row in pd.read_csv(folder / "posts.csv", dtype=str).itertuples(index=False):
        graph.add_edge(f"{row[0]}#{row[1]}", row[0], role=row[3], start=row[4], end=row[5])
    for row in pd.read_csv(folder / "shareholders.csv", dtype=str).itertuples(index=False):
        graph.add_edge(f"{row[0]}#{row[1]}", row[0], role="股东", start=row[4], end=row[5])
    seconds = time.perf_counter() - start
    decisions = pd.read_csv(folder / "decisions.csv", dtype=str).fillna("")
    began, answers = time.perf_counter(), 0
    for row in decisions.itertuples(index=False):
        if row[4] not in graph:
            continue
        for _, _, edge in graph.in_edges(row[4], data=True):
            held = str(edge["start"]) <= row[9] and (not isinstance(edge["end"], str) or edge["end"] > row[10])
            answers += edge["role"] in ROLES and held
    asked, edges = time.perf_counter() - began, graph.number_of_edges()
    figures = {"files to store: rows/s": f"{edges / seconds:,.0f}", QUESTION: f"{asked:.2f}"}
    return {"seconds": seconds, "said": f"{edges:,} edges; {answers:,} answers; posts and holdings alone", "figures": figures}
