"""What restic 0.18 says of damage: these texts are its own."""

from __future__ import annotations

import json

from muhtar.doors.restic.damage import checked, hurt

PACK, SHOT = "4b" * 32, "15" * 32
CLEAN = '{"message_type":"summary","num_errors":0,"broken_packs":null,"suggest_repair_index":false,"suggest_prune":false}'
BROKEN = json.dumps({"message_type": "summary", "num_errors": 1, "broken_packs": [PACK]})
ADVICE = json.dumps({"message_type": "error", "message": "\nThe repository is damaged and must be repaired. Please follow\n"})


def said(text: str) -> str:
    return json.dumps({"message_type": "error", "message": text})


def test_a_clean_check() -> None:
    found = checked(CLEAN, "")
    assert found is not None
    assert (found.errors, found.packs, found.words) == (0, (), ())


def test_a_damaged_pack_is_named_and_advice_is_left_out() -> None:
    found = checked(BROKEN, f"{said(f'pack {PACK} contains 2 errors: [blob')}\n{ADVICE}\n{said(f'restic repair packs {PACK}')}")
    assert found is not None
    assert (found.errors, found.packs, found.words) == (1, (PACK,), (f"pack {PACK} contains 2 errors: [blob",))


def test_a_lost_pack_is_in_no_list_and_named_all_the_same() -> None:
    lost = json.dumps({"message_type": "summary", "num_errors": 3, "broken_packs": None})
    found = checked(lost, said(f"pack {PACK}: does not exist\n"))
    assert found is not None
    assert found.packs == (PACK,)


def test_without_a_summary_nobody_knows() -> None:
    assert checked("", said("Fatal: unable to open")) is None
    assert checked('{"message_type":"status"}', "") is None


def test_whom_it_hurts() -> None:
    listed = json.dumps([{"object_type": "blob", "path": "/src/c", "snapshot": SHOT}])
    assert hurt(listed, "") == {SHOT}
    assert hurt("[]", f"Unable to load tree ab\n ... which belongs to snapshot {PACK}\n") == {PACK}
    assert hurt("[not json", "") == set()
