"""Which units execute which measure: every measure of the rules, against the policy and its annex.

A lawyer can read the table from top to bottom: the units that are told, and below them who executes under the rule, and what.
What the Development and Reform Commission (fgw) has beside its own are measures for which the annex names nobody: it assigns them.
"""

from __future__ import annotations

from analytics.lifecycle.departments import departments, units_for
from analytics.responsibility.catalogue import shipped

UNITS = """
== approval
competent_authority | 不适用告知承诺制
competent_authority | 从严审核行政许可审批项目
competent_authority | 限制新增项目审批、核准
== association
association | 严重失信行为记入会员信用档案
association | 警告、行业内通报批评、公开谴责、不予接纳、劝退
public | 公众举报、公益诉讼、舆情监测
== bank
financial_institution | 限制有关卡、账户、账号功能和停止非柜面业务、暂停新业务、限制入网；可以记入信用记录
financial_institution | 融资贷款限制
credit_service | 征信机构采集，纳入信用记录和信用报告
financial_institution | 金融机构提高贷款利率和保险费率或限制服务
== court
competent_authority | 征信系统记录
court | 不得乘坐飞机、列车软卧、轮船二等以上舱位
court | 不得在星级以上宾馆、酒店、夜总会、高尔夫球场等场所高消费
court | 不得购买不动产或者新建、扩建、高档装修房屋
court | 不得租赁高档写字楼、宾馆、公寓等场所办公
court | 不得购买非经营必需车辆
court | 不得旅游、度假
court | 不得让子女就读高收费私立学校
court | 不得支付高额保费购买保险理财产品
court | 不得乘坐G字头动车组全部座位、其他动车组一等以上座位等
competent_authority | 限制购买不动产、乘坐飞机和高等级列车、旅游度假、入住星级以上宾馆及其他高消费
== ecology
competent_authority | 记入社会诚信档案、公布违法者名单
== establishment
competent_authority | 失信被执行人为个人的，限制登记为事业单位法定代表人
== fgw
competent_authority | 处上一年度从本单位取得收入1倍以上10倍以下罚款
competent_authority | 直接负责的主管人员和其他直接责任人员处单位罚款数额百分之五以上百分之十以下罚款
competent_authority | 建立信用记录并纳入全国信用信息共享平台
competent_authority | 组织、指使信息披露违法的控股股东、实际控制人罚款
competent_authority | 公示、共享
competent_authority | 交通出行限制
competent_authority | 责令改正、强制履行、罚款
competent_authority | 依法给予处罚、处分
competent_authority | 纳入履行国防义务严重失信主体名单实施联合惩戒
competent_authority | 限制股票发行上市融资或发行债券
competent_authority | 限制在全国股份转让系统挂牌、融资
competent_authority | 限制发起设立或参股金融机构及小额贷款、融资担保、民间融资、创业投资、互联网融资平台等
competent_authority | 限制从事互联网信息服务
competent_authority | 限制参与基础设施和公用事业特许经营
competent_authority | 公开披露严重失信信息
competent_authority | 同时记入法定代表人、主要负责人和其他负有直接责任人员的信用记录
competent_authority | 备忘录所列措施
competent_authority | 标明法定代表人或者主要负责人、实际控制人的信息
== finance
competent_authority | 五年内不得从事会计工作
competent_authority | 一至三年内禁止参加政府采购活动
competent_authority | 政府资金支持限制
competent_authority | 政府采购限制
competent_authority | 严格限制申请财政性资金项目
== housing
licensing_authority | 责令停止执业1年 / 3个月以上1年以下
licensing_authority | 吊销执业资格证书，5年内不予注册
licensing_authority | 终身不予注册
competent_authority | 取消一年至二年（串标、行贿）/一年至三年（弄虚作假）/二年至五年（不履约）投标资格并公告
competent_authority | 招投标限制
competent_authority | 限制参与有关公共资源交易活动
== labour
civil_service_authority | 不得录用为公务员
civil_service_authority | 不得录用为公务员或参公人员，不得招录、聘用为国有企业和事业单位工作人员
== market
licensing_authority | 撤销其执业资格
licensing_authority | 终身禁止从事化妆品生产经营活动
licensing_authority | 10年内禁止从事化妆品生产经营活动
licensing_authority | 5年内禁止从事化妆品生产经营活动
licensing_authority | 终身禁止从事医疗器械生产经营活动
licensing_authority | 10年内禁止从事医疗器械生产经营活动
licensing_authority | 5年内禁止从事医疗器械生产经营活动
licensing_authority | 禁止从事药品生产经营活动
competent_authority | 终身不得从事食品生产经营管理工作，不得担任食品安全管理人员
competent_authority | 五年内不得从事食品生产经营管理工作、担任食品安全管理人员
registration_authority | 不适用简易注销
registration_authority | 3年内不得担任其他企业的法定代表人、负责人
registration_authority | 3年内不得再次申请市场主体登记
registration_authority | 通过公示系统公示
competent_authority | 三年内不得担任公司董事、监事、高级管理人员
competent_authority | 三年内不得担任公司、非公司企业法人的法定代表人
competent_authority | 列为重点监管对象，提高抽查频次
registration_authority | 不得申请简易注销
registration_authority | 法定代表人、负责人3年内不得担任其他企业的法定代表人、负责人
competent_authority | 一定期限直至终身不得从事证券业务、不得担任发行人董监高，或一定期限不得交易证券
competent_authority | 禁入期间不得从事证券业务或者担任上市公司、非上市公众公司董事、监事、高级管理人员职务
registration_authority | 不得担任公司、非公司企业法人的法定代表人
registration_authority | 不得担任公司董事、监事、高级管理人员；选举、委派、聘任无效；任职期间出现的应当解除职务
registration_authority | 三年内不得担任任何企业的董事、监事、高级管理人员
registration_authority | 三年内不得担任任何企业的法定代表人
competent_authority | 市场和行业禁入
competent_authority | 列为重点监管对象
== police
border_authority | 限制出境
border_authority | 阻止出境
competent_authority | 限制出境
== publicity
competent_authority | 不予授予荣誉称号、表彰奖励
competent_authority | 评优评先限制
competent_authority | 撤销荣誉称号、取消参加评先评优资格
== safety
licensing_authority | 终身市场禁入
licensing_authority | 吊销资质和资格，五年内不得从事安全评价、认证、检测、检验等工作
licensing_authority | 行业和职业禁入，情节严重的终身
competent_authority | 行业或者职业禁入
== tax
tax_authority | 向社会公布失信信息
tax_authority | 通报有关部门实施监管和联合惩戒
competent_authority | 税收优惠限制
== approval, safety
competent_authority | 加大执法检查频次、暂停项目审批、上调有关保险费率等联合惩戒
== market, approval
competent_authority | 五年内不得申请食品生产经营许可
competent_authority | 市场准入限制
competent_authority | 从严控制生产许可证发放
== market, housing
appointing_body | 5年内不得担任任何施工单位的主要负责人、项目负责人
== market, safety
appointing_body | 五年内不得担任任何生产经营单位的主要负责人
appointing_body | 终身不得担任本行业生产经营单位的主要负责人
== police, education
border_authority | 两年内不准出境或者升学复学
== finance, housing, approval
competent_authority | 审查行政许可、资质、资格、委托承担政府采购项目等时作为重要考量因素
== finance, housing, publicity
competent_authority | 提醒性公示；政府采购、招投标、土地出让、荣誉中作为重要考量
== market, finance, housing, approval
competent_authority | 通报有关单位在政府采购、招标投标、行政审批、政府扶持、融资信贷、市场准入、资质认定等方面信用惩戒
== market, finance, housing, approval, publicity
competent_authority | 财政资金支持、投资项目审批、融资获取、市场准入、资质评定、评优评先等限制
== market, labour, finance, housing, publicity
competent_authority | 第30条所列措施（市场行业限制、任职资格、荣誉、融资授信、财政资金项目、公共资源交易、飞机和高等级列车等）
"""


def test_every_measure_of_the_rules_goes_to_the_units_of_the_table_and_to_no_other():
    wanted = {}
    for block in UNITS.split("== ")[1:]:
        units, *lines = block.strip().splitlines()
        wanted |= {tuple(line.split(" | ")): tuple(units.split(", ")) for line in lines}
    every = {(each.executes, each.name.zh) for rule in shipped().versions for each in rule.measures}
    assert {each: units_for(*each) for each in every} == wanted


def test_what_the_tax_bureau_alone_can_refuse_is_told_to_it_and_to_nobody_else():
    assert units_for("competent_authority", "税收优惠限制") == ("tax",)
    assert units_for("tax_authority", "任何措施") == ("tax",), "whatever a rule calls a measure of the tax authority"


def test_a_word_that_belongs_to_another_matter_makes_no_unit_take_a_measure():
    safety, housing = departments().unit("safety"), departments().unit("housing")
    assert safety.takes("competent_authority", "安全检查")
    assert not safety.takes("competent_authority", "食品安全检查")
    assert housing.takes("licensing_authority", "吊销资质")
    assert not housing.takes("licensing_authority", "吊销安全评价资质")
    assert not housing.takes("court", "吊销资质")
