"""Terms of many texts at once: the test quotes the invariant of graph/store/terms_together.py."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.names import normalise_name
from graph.store.terms import terms_of
from graph.store.terms_together import words_of

SOME = [
    "", "李", "张伟", "王示例", "李安南", "倪安南", "陈公", "丽丽", "张丽丽", "重庆银行股份有限公司", "长城重工", "乾坤科技",
    "临沂示例东亭丰信商贸有限公司", "临沂市临沭县示例东山路143号207室", "91371302MAFK000G38", "ACME 贸易(中国)有限公司",
    "阿依古丽·买买提", "㐀㐁", "𠮷野家", "女娲吕旅率绿", "示" * 30, "石史诗施士师失食时十什实", "安" * 14, "额恶哦",
    "临沂市临沭县示例东山路143号1207室", "第143号第143号楼14号", "路0号00号1号01号", "示1234567号", "示12345678号",
    "例1", "1例", "阿1阿1阿", "例1号12号123号1234号1号12号123号",
    "一二三四五六七八九十百千万亿零壹贰叁肆伍陆柒捌玖拾佰仟", "々〇", "é", "σς",
]  # fmt: skip
READ_ALIKE = "示是市事视士石实时十史使诗师施失"
TEXTS = st.one_of(
    st.text(alphabet="示例临沂鸿鹭丰信商贸有限公司王张丽安南刚广阿重庆行长乾女", max_size=28),
    st.text(alphabet="示例路号楼室阿临沂0123", max_size=26),
    st.text(alphabet=READ_ALIKE, max_size=26),
    st.text(max_size=12),
    st.sampled_from(SOME),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, max_size=40))
def test_what_is_said_of_a_text_is_what_is_said_of_it_alone(drawn):
    """1. What is said of a text is what `terms_of` says of it, whatever else is in the batch."""
    texts = [normalise_name(text) for text in [*drawn, *SOME]]
    texts *= 400 // len(texts) + 1
    assert words_of(texts) == [" ".join(terms_of(text)) for text in texts]
    assert words_of(texts[:5]) == [" ".join(terms_of(text)) for text in texts[:5]]
