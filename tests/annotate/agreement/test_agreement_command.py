"""`manage.py agreement` on files, without a database; figures of the real data sets."""

import csv
import io
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from annotate.agreement.icc import intraclass_correlations
from annotate.agreement.ratings import ratings_from_long

ROOT = Path(__file__).parents[3]
DATA = ROOT.parent / "shared" / "data"
TWO = "item,rater,value\n1,a,x\n1,b,x\n2,a,y\n2,b,x\n3,a,y\n3,b,y\n"


def run(path: Path, *options: str) -> tuple[Any, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("agreement", str(path), "--json", *options, stdout=out, stderr=err)
    return json.loads(out.getvalue(), parse_constant=pytest.fail), err.getvalue()


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "ratings.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_document_has_the_promised_form(tmp_path: Path) -> None:
    document, notes = run(written(tmp_path, TWO))
    assert notes == ""
    for key, value in {"items": 3, "items_pairable": 3, "raters": 2, "ratings": 6, "scale": "nominal"}.items():
        assert document[key] == value
    assert document["categories"] == ["x", "y"]
    assert document["statistics"]["cohen_kappa"]["value"] == pytest.approx(0.4)
    low, high = document["statistics"]["cohen_kappa"]["interval"]
    assert low < 0.4 < high
    assert document["pairs"][0]["raters"] == ["a", "b"]
    assert document["pairs"][0]["cohen_kappa"]["value"] == pytest.approx(0.4)
    assert "alpha_ordinal" not in document["statistics"]


def test_bom_line_ends_blank_lines_and_spaces_are_harmless(tmp_path: Path) -> None:
    plain, _ = run(written(tmp_path, TWO))
    text = TWO.replace("\n", "\r\n").replace("item,", "Item , ") + "\r\n\r\n"
    assert run(written(tmp_path, b"\xef\xbb\xbf" + text.encode()))[0] == plain


def test_the_seed_decides_the_interval(tmp_path: Path) -> None:
    path = written(tmp_path, TWO)
    one, again, other = (run(path, "--seed", seed)[0] for seed in ("1", "1", "2"))
    assert one == again
    assert one["statistics"]["cohen_kappa"]["interval"] != other["statistics"]["cohen_kappa"]["interval"]
    none = run(path, "--interval", "none")[0]["statistics"]["cohen_kappa"]
    assert none["interval"] is None
    assert none["se"] > 0
    assert "bootstrap" in run(path, "--interval", "bootstrap")[0]["statistics"]["fleiss_kappa"]["method"]


def test_a_repeated_rating_is_replaced_by_the_latest_and_said(tmp_path: Path) -> None:
    document, notes = run(written(tmp_path, TWO + "2,b,y\n"))
    assert document["statistics"]["percent_agreement"]["value"] == 1.0
    assert document["replaced"] == 1
    assert "the latest counts" in notes


def test_each_defect_has_its_block(tmp_path: Path) -> None:
    rows = ["item,rater,value,defect", "1,a,0,hands", "1,b,0,hands", "2,a,0,hands", "2,b,0,hands", "1,a,1,text"]
    document, _ = run(written(tmp_path, "\n".join(rows)))
    hands, text = document["defects"]
    assert hands["defect"] == "hands"
    assert hands["statistics"]["cohen_kappa"]["status"] == "undefined_no_variation"
    assert hands["statistics"]["gwet_ac1"]["value"] == 1.0
    assert hands["statistics"]["positive_agreement"]["status"] == "undefined_no_positive"
    assert text["statistics"]["fleiss_kappa"]["status"] == "insufficient_raters"


def test_weights_are_used_and_must_be_one_an_item(tmp_path: Path) -> None:
    text = "item,rater,value,weight\n1,a,0,1\n1,b,0,1\n2,a,1,9\n2,b,0,9\n3,a,1,2\n3,b,1,2\n"
    document, notes = run(written(tmp_path, text))
    assert document["weighted"]
    assert document["statistics"]["percent_agreement"]["value"] == pytest.approx(0.25)
    assert document["effective_items"] < 3
    assert "bootstrap" in notes
    with pytest.raises(CommandError, match="row 3: weight 5"):
        run(written(tmp_path, text.replace("1,b,0,1\n", "1,b,0,5\n")))


def test_an_empty_value_is_not_rated(tmp_path: Path) -> None:
    document, notes = run(written(tmp_path, TWO + "4,a,\n"))
    assert document["items"] == 3
    assert "1 rows without a value" in notes


def test_only_a_header_is_no_data(tmp_path: Path) -> None:
    document, notes = run(written(tmp_path, "item,rater,value\n"))
    assert document["statistics"]["fleiss_kappa"]["status"] == "no_data"
    assert "no ratings" in notes


def test_the_scale_is_taken_as_declared(tmp_path: Path) -> None:
    path = written(tmp_path, "item,rater,value\n1,a,2\n1,b,2.0\n2,a,2\n2,b,4\n3,a,4\n3,b,4\n")
    declared, _ = run(path, "--scale", "ordinal", "--categories", "1,2,3,4,5")
    found, notes = run(path, "--scale", "interval")
    assert declared["statistics"]["gwet_ac2_linear"]["value"] != found["statistics"]["gwet_ac2_linear"]["value"]
    assert found["categories"] == ["2", "4"]
    assert "alpha_interval" in found["statistics"]
    assert "alpha_ratio" not in found["statistics"]
    assert notes == ""
    assert "declare it" in run(path, "--scale", "ordinal")[1]


def test_many_different_numbers_give_alpha_alone(tmp_path: Path) -> None:
    rows = [f"{i},{g},{i * 1.5 + g}" for i in range(80) for g in range(3)]
    document, notes = run(written(tmp_path, "item,rater,value\n" + "\n".join(rows)), "--scale", "interval")
    assert set(document["statistics"]) == {"alpha_nominal", "alpha_ordinal", "alpha_interval"}
    assert document["statistics"]["alpha_interval"]["interval"] is not None
    assert "only Krippendorff" in notes


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("", [], "file is empty"),
        ("  \n", [], "file is empty"),
        ("item,value\n1,2\n", [], "row 1: column rater missing"),
        ("item;rater;value\n1;2;3\n", [], "separated by commas"),
        ("item,rater,value,value\n1,2,3,4\n", [], "occurs twice"),
        ("item,rater,value\n1,a\n", [], "row 2: 2 fields; expected 3"),
        ("item,rater,value\n1,,x\n", [], "row 2: rater is empty"),
        ("item,rater,value,defect\n1,a,x,\n", [], "row 2: defect is empty"),
        ("item,rater,value\n1,a,x\n", ["--categories", "y,z"], "row 2: value 'x'; expected one of y, z"),
        ("item,rater,value\n1,a,x\n", ["--scale", "interval"], "row 2: value 'x'; expected a number"),
        ("item,rater,value\n1,a,-1\n", ["--scale", "ratio"], "at least 0"),
        ("item,rater,value\n1,a,7\n", ["--scale", "ordinal", "--categories", "1,2"], "expected one of 1, 2"),
        ("item,rater,value,weight\n1,a,x,none\n", [], "row 2: weight 'none'"),
        ("item,rater,value,weight\n1,a,x,nan\n", [], "row 2: weight 'nan'"),
        ('item,rater,value\n1,a,"x\n', [], "not valid CSV"),
        ("item,rater,value\n1,a,\x00\n", [], "NUL"),
        (b"item,rater,value\n1,a,\xff\xfe\n", [], "not UTF-8"),
    ],
)
def test_a_wrong_file_is_refused_with_row_and_expectation(
    tmp_path: Path, text: str | bytes, options: list[str], message: str
) -> None:
    with pytest.raises(CommandError, match=message) as refusal:
        run(written(tmp_path, text), *options)
    assert refusal.value.returncode == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--positive", "z"], "--positive z"),
        (["--scale", "ordinal"], "needs --categories"),
        (["--scale", "ratio", "--categories", "a,b"], "needs numbers"),
    ],
)
def test_options_that_do_not_fit_are_a_usage_error(tmp_path: Path, options: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message) as refusal:
        run(written(tmp_path, TWO), *options)
    assert refusal.value.returncode == 2


def test_the_exit_status_and_the_streams_are_as_promised(tmp_path: Path) -> None:
    def shell(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "manage.py"), "agreement", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    path = str(written(tmp_path, TWO))
    good = shell(path)
    assert good.returncode == 0
    assert "cohen_kappa" in good.stdout
    assert shell(str(tmp_path / "none.csv")).returncode == 1
    assert shell(str(tmp_path)).returncode == 1
    for wrong in (["--seed", "-1"], ["--categories", "a,a"], ["--categories", "a,"], ["--scale", "best"]):
        refused = shell(path, *wrong)
        assert refused.returncode == 2
        assert "Traceback" not in refused.stderr
    assert "Example" in shell("--help").stdout


def test_people_get_a_table_for_each_defect_with_the_pairs_of_raters(tmp_path: Path) -> None:
    rows = ["item,rater,value,defect,weight"]
    rows += [f"{i},{g},{(i + g) % 2},hands,{i + 1}" for i in range(6) for g in range(3)]
    rows += ["1,0,1,text,2", "2,1,0,text,3", "3,2,0,text,4"]
    out = io.StringIO()
    call_command("agreement", str(written(tmp_path, "\n".join(rows))), stdout=out, stderr=io.StringIO())
    hands, text = out.getvalue().split("\n\n")
    assert hands.startswith("hands: 6 items (6 with two or more ratings), 3 raters, 18 ratings, nominal, weighted")
    assert "pairs of raters" in hands
    assert "  0 / 1 " in hands
    assert "no_overlap" in text
    assert " nan" not in out.getvalue().lower()


def rows_of(name: str) -> list[dict[str, str]]:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the data set {path} is not here")
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def long_form(rows: list[tuple[str, str, str]]) -> str:
    return "\n".join(["item,rater,value", *(",".join(row) for row in rows)])


def tifa(whole: bool) -> list[tuple[str, str, str]]:
    rows = rows_of("tifa160_likert5/tifa160-likert-anns.csv")
    found = [(f"{r['t2i_model']}/{r['item_id']}", r["worker_id"], r["answer"]) for r in rows]
    ratings = Counter(item for item, _, _ in found)
    return [row for row in found if not whole or ratings[row[0]] == 5]


def test_the_tifa_ratings_give_the_figures_of_their_readme(tmp_path: Path) -> None:
    options = ["--scale", "interval", "--categories", "1,2,3,4,5"]
    document, _ = run(written(tmp_path, long_form(tifa(whole=False))), *options)
    assert (document["items"], document["raters"], document["ratings"]) == (800, 5, 3995)
    for name, value in {"alpha_nominal": 0.3969, "alpha_ordinal": 0.6854, "alpha_interval": 0.6844}.items():
        found = document["statistics"][name]
        assert found["value"] == pytest.approx(value, abs=6e-5)
        assert found["interval"][0] < value < found["interval"][1]
    whole, _ = run(written(tmp_path, long_form(tifa(whole=True))), *options, "--interval", "none")
    assert whole["items"] == 796
    for name, value in {"fleiss_kappa": 0.396, "light_kappa": 0.3961, "percent_agreement": 0.5663}.items():
        assert whole["statistics"][name]["value"] == pytest.approx(value, abs=6e-5)


def test_the_tifa_ratings_give_the_intraclass_correlations_of_their_readme() -> None:
    rows = tifa(whole=True)
    ratings = ratings_from_long(
        [row[0] for row in rows], [row[1] for row in rows], [int(row[2]) for row in rows], [1, 2, 3, 4, 5]
    )
    found = intraclass_correlations(ratings)
    readme = {"ICC1": 0.6801, "ICC2": 0.6811, "ICC3": 0.6922, "ICC1k": 0.914, "ICC2k": 0.9144, "ICC3k": 0.9183}
    for name, value in readme.items():
        assert found[name].value == pytest.approx(value, abs=6e-5)


@pytest.mark.parametrize(
    ("label", "alpha"),
    [("sexual", 0.8964), ("violent", 0.7071), ("hate", 0.077), ("bias", 0.0623), ("other", 0.2668)],
)
def test_the_nibbler_votes_give_the_figures_of_their_readme(tmp_path: Path, label: str, alpha: float) -> None:
    rows = rows_of("nibbler_rounds13/annotations.csv")
    chosen = [
        (r["item"], r["rater"], str(int(f"image_failure_{label}" in r["image_failure_type"].split("|"))))
        for r in reversed(rows)  # the published figures keep the first of repeated ratings
    ]
    document, notes = run(written(tmp_path, long_form(chosen)), "--interval", "none")
    assert (document["items"], document["raters"]) == (1532, 12)
    assert "the latest counts" in notes
    assert document["statistics"]["alpha_nominal"]["value"] == pytest.approx(alpha, abs=6e-5)
