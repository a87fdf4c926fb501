"""Names of columns that exports have, and by which words a name that is not known is understood."""

import re
from collections.abc import Mapping

# As they are written in exports of People Data Labs, Coresignal, Crustdata, Proxycurl, Apollo,
# LinkedIn, Phantombuster and systems of HR, without case and punctuation; the surest come first.
WORDS: Mapping[str, str] = {
    "id": """
        personid personuuid profileid memberid employeeid candidateid crustdatapersonid pdlid
        kandidatenid identifiant
        workerid associateid employeenumber employeeno contactid contactuuid apollocontactid
        personnelnumber personalnummer
        matricule employeeidentifier employeekey employeecode emplid empid empno empnum
        empnumber staffid staffnumber persnr employeenum employeenbr employeenr emplno emplnbr
        emplpersnbr persno pernr pnr persnummer personalnr mitarbeiternummer mitarbeiterid
        staffno workernumber memberno membernumber noempl noemploye numeroemploye nomatricule
        matricula matrícula matricola legajo userid uniqueid orcid id uuid publicidentifier
        publicid uid guid linkedinusername vanityname linkedinid linkedinurl linkedinprofileurl
        personlinkedinurl linkedinprofile professionalnetworkurl flagshipprofileurl
        profileurl url profile linkedin badgeid badgenumber cedula medewerkernummer
        personeelsnummer samaccountname userprincipalname username login loginname
        idempleado numeroempleado númeroempleado noempleado codigoempleado códigoempleado
        matricoladipendente codicedipendente iddipendente numerodematricule numéromatricule
        идентификатор табельныйномер numerpracownika idpracownika
        社員番号 従業員番号 職員番号 사번 사원번호 직원번호 工号 员工编号 员工号 recordid
        αριθμόσμητρώου sicilno osobníčíslo törzsszám
    """,
    "name": """
        fullname formattedname personname employeename name displayname candidatename contactname
        workername employeefullname empname staffname legalname nameofemployee
        preferredname payrollname employee worker candidate person mitarbeiter nomcomplet emplname
        employeesname incumbent incumbentname holder holdername nameofholder officer
        officername official officialname membername nameofofficer nameofmember teachername
        surnameandname speaker speakername panelist attendee participant delegate member
        nombrecompleto nombreyapellido apellidosynombre nomeenome
        nomecompleto nominativo naam volledigenaam namn navn nimi imięinazwisko
        nomprenom nométprénom nometprénom nometprenom cognomeenome cognomenome фио
        фамилияимяотчество сотрудник imięinazwiskopracownika pracownik dipendente empleado
        氏名 社員名 성명 이름 직원명 성함 従業員名 姓名 员工姓名
        ονοματεπώνυμο adsoyad jménoapříjmení teljesnév
    """,
    "first": """
        firstname fname first firstnm firstnme namefirst givenname givennames forename
        preferredfirstname
        vorname prenom prénom prenume eesnimi vārds vardas ime meno име імя 名 ad ad\u0131 utónév
        שםפרטי employeefirstname empfirstname firstnames given nombres
        prenoms prénoms nome nombre voornaam förnamn fornavn etunimi imię
        имя όνομα jméno keresztnév voorletters initials
    """,
    "infix": "tussenvoegsel tussenvoegsels voorvoegsel voorvoegsels",
    "last": """
        lastname namelast lname last lastnm lastnme familyname familynames surname last nachname
        nomdefamille employeelastname emplastname sname nom apellidos apellido cognome
        sobrenome achternaam efternamn etternavn efternavn sukunimi nazwisko
        фамилия прізвище επώνυμο επίθετο soyad soyad\u0131 příjmení priezvisko priimek prezime
        vezetéknév családnév nume perekonnanimi uzvārds pavardė apelido 姓 苗字 성 שםמשפחה
    """,
    "url": """
        linkedinurl linkedinprofileurl personlinkedinurl linkedinprofile
        professionalnetworkurl flagshipprofileurl profileurl url profilelink profile
    """,
    "organization": """
        organization organisation organizationname organisationname currentcompanyname
        currentcompany currentemployer activeexperiencecompanyname jobcompanyname
        companyname company employername employer experiencecompanyname accountname account
        affiliation legalentity förvaltning subcompany gesellschaft
        firma unternehmen arbeitgeber entreprise société societe employeur empresa azienda
        employingagency agency agencyname agencytitle institution institutionname ministry
        entityname entity orgname authority authorityname ministryname body bodyname
        publicbody municipality schooldistrict university college hospital jurisdiction
        jurisdictionname organismo entidad entidade ente órgão orgao organisatie werkgever
        dienststelle behörde behorde ministère ministere
        compañía compañia compania organización organizacion организация компания работодатель
        pracodawca zakładpracy przedsiębiorstwo organizacja društvo ditta società datoredilavoro
        会社 会社名 회사 회사명 기관 기관명 직장 勤務先 公司 公司名称 单位
        εταιρεία şirket kurum společnost zaměstnavatel cég munkáltató
    """,
    "organization_id": "organizationid organisationid ror rorid lei wikidata",
    "team": """
        composante faculty faculté facultad faculdade facoltà fakultät fakultet wydział school
        team teamname department departmentname departments jobdepartment businessunit
        division divisionname function orgunit orgunitname abteilung département
        departement service dept deptname suborganization section departmentdescription
        departmentdesc deptdescr deptdesc bureau unit unitname descr branch branchname
        bureauname directorate directoratename subdepartment subdivision workgroup
        departamento área unidad unidade ufficio afdeling avdelning avdeling osasto lotação
        lotacao
        setor secretaria gerencia gerência reparto servizio dział отдел подразделение
        структурноеподразделение департамент управление 部署 部署名 部門 所属 部门 部门名称
        소속 부서 부서명
        τμήμα διεύθυνση
        bölüm birim departman oddělení odbor osztály
        organisationseinheit orgeinheit organisationsenhet organisatieonderdeel enhet enhed
        yksikkö settore
    """,
    "title": """
        jobtitle jobtitles positiontitle businesstitle title titles currenttitle currentjobtitle
        currentposition activeexperiencetitle position role jobrole rolename employeetitle
        occupation stelle funktion poste intitulé designation workingtitle
        classtitle titledescription jobdescription jobdesc positiondescription jobclass
        jobclassification classification jobname titre puesto cargo qualifica mansione
        functie tittel tehtävä berufsbezeichnung dienstbezeichnung emploi postname postheld
        officeheld jobtittle rank
        fonction должность stanowisko ruolo ocupación ocupacion profesión función funcion
        befattning stilling stillingsbetegnelse yrke funksjon nimike tehtävänimike functienaam
        organizationtitle
        役職 職位 职位 职务 岗位 직위 직책 직급 직함
        θέση ειδικότητα unvan ünvan görev pozice funkce beosztás munkakör
    """,
    "location": """
        location joblocationname worklocation locationname office site locationcity city
        joblocation standort lieu geolocation dutystation workcity county campus
        locationcountry country emplacement ubicación ubicacion sede locatie ort dienstort
    """,
    "kind": "kind",
    "start": """
        experiencestart jobstart positionstart employmentstart experiencefrom
        positionentrydate jobentrydate dateinposition titlestartdate
        start startdate started startedon startson startsat datefrom from jobstartdate
        positionstartdate experiencestartdate hiredate hiredon dateofhire
        joindate joinedon since eintritt eintrittsdatum datedebut dateentrée hiredt
        lasthiredt originalhiredt dateofappointment appointmentdate datestarted datehired
        startingdate
        employmentdate dateemployed begindate mostrecenthiredate lasthiredate
        originalhiredate joiningdate
        dateofjoining joined joindt servicedate servicestartdate senioritydate entrydate
        dateofentry dateofemployment employmentstartdate datedembauche dateembauche
        fechadeingreso fechaingreso fechadealta datadiassunzione dataassunzione indienst
        datadeadmissao datadeadmissão dataadmissão datefirsthired firsthired hireddate hiringdate
        startdt
        dateappointed appointedon effectivedate admissao admissão ingreso ingresso
        datadeingresso dataingresso fechadenombramiento datadeadmision fechadeadmision
        fechadeinicio fechainicio datadeinício datainicio datadeinicio datainizio
        datadiinizio datededébut datedébut datedebutcontrat начало датаначала датаприема
        датаприёма datazatrudnienia dataod początek
        датаприеманаработу датаприёманаработу датаназначения 入社日 入社年月日 採用日
        入职日期 入职时间 입사일 입사일자 입사년월일 임용일 발령일
        ημερομηνίαπρόσληψησ işegiriştarihi datumnástupu belépésdátuma
    """,
    "end": """
        experienceend jobend positionend employmentend experienceto
        left resignedon resigned dateresigned ceasedon
        end enddate ended finished isfinished finishedon endedon endson endsat dateto to until
        jobenddate positionenddate experienceenddate terminationdate leavedate lefton lastday
        austritt austrittsdatum datefin datesortie terminationdt enddt termdate separationdate
        dateofseparation leavingdate exitdate leaving dateofleaving dateofexit
        dateoftermination dateleft dateended fechadebaja fechafin uitdienst
        datadecessazione rescisao rescisão exoneracao exoneração desligamento
        datadesligamento datarescisao dataexoneracao fechadeegreso fechadecese egreso cese
        fechadefin fechafinal fechadetermino fechadetérmino datadefim datafim datafine
        datadifine datedefin окончание датаокончания датаувольнения datazwolnienia datado koniec
        退職日 退社日 퇴사일 퇴직일 퇴사일자 离职日期 离职时间
        ημερομηνίααποχώρησησ datumodchodu kilépésdátuma
    """,
    "current": """
        current iscurrent currentlyemployed activeexperience iscurrentposition iscurrentjob
        iscurrentrole currentlyworking currentlyworkinghere presentlyemployed ongoing isongoing
        stillemployed isactive employmentstatus employeestatus workerstatus positionstatus
        staffstatus employeestate workstatus emplstatus empstatus beschäftigungsstatus
        mitarbeiterstatus statutemployé statutsalarié estadolaboral estadoempleado
        situaçãofuncional statodipendente statuszatrudnienia 在籍状況 在籍区分 在职状态 员工状态
        재직상태 재직구분 재직여부 actuel enposte aktuell actualmente emcurso incorso huidig
        nuvarande obecnie 在籍 在職 在职 재직
    """,
    "status": """
        status active state statut statuts estado estatus situação situacao stato статус состояние
        状態 状況 ステータス 状态 상태 durum stav státusz stare tila κατάσταση
    """,
    "primary": "primary isprimary",
    "position_id": "positionid experienceid",
    "updated_on": """
        updatedon updatedat lastupdated lastupdatedat joblastverified checkedat lastchanged
        profileupdatedat
    """,
    "same_as": "sameas",
}
ROLES = frozenset(
    """
    employee worker candidate person incumbent holder officer official speaker panelist attendee
    participant delegate member
    """.split()  # noqa: SIM905 -- words read best as words
)
"""Names of columns that say who somebody is, or only whether; a first and a last name are surer."""
HIRED = re.compile(
    r"hire|hiring|joined|joining|employed|servicedate|servicestart|servicesince|seniority|onboard"
    r"|eintritt|embauche|assunzione|ingress?o|admiss|admisi|zatrudnienia|anställning|ansettelse|indienst"
    r"|einstellung|dienstbegin|ansatt|приема|приёма|入社|採用|入职|입사|임용|πρόσληψ|işegiriş|nástupu|belépés"
)
"""In the name of a column of starts: it has the day on which people came to the employer."""
LIKE: Mapping[str, re.Pattern[str]] = {
    "organization": re.compile(
        r"employer|arbeitgeber|company|organi[sz]ations?(name)?\b|agency|institution|ministry|authority"
        r"|municipality|university|college|jurisdiction|\borg\b"
        r"|^(orgao|ente|entidade?|organismo|empresa|entreprise|employeur|societa|azienda|zaklad"
        r"|zakład|firma)\b"
        r"|(公司|会社|勤務先|单位)(名|名称)?$"
    ),
    "current": re.compile(
        r"\b(still|currently|presently) (employed|works?|working|there|here)"
        r"( (here|there|at|in|for)\b.*)?$"
    ),
    "team": re.compile(
        r"department|dept|division|bureau|branch|directorate|section|\bunit\b"
        r"|^(unidade?|departamento|direction|direccion|direcao|setor|secretaria|ufficio|servizio"
        r"|komorka|komórka|wydzia[lł]|dzia[lł]|abteilung|afdeling|avdelning|avdeling)\b"
        r"|(部门|部署|部門)(名|名称)?$"
    ),
    "title": re.compile(
        r"(?<!talk )(?<!session )(?<!paper )title|position|classification|\bjob\b"
        r"|^(cargo|puesto|emploi|poste|fonction|qualifica|mansione|ruolo|stanowisko|funcao)\b"
        r"|bezeichnung$|(役職|職位|職種|职位|职务|岗位)(名|名称)?$"
    ),
    "start": re.compile(
        r"(hire|hiring|start|appoint|begin|entry|join|employment)\w* (date|dte?)\b"
        r"|date \w* ?(hire|start|appoint|join|entry|entered|elected)"
        r"|\b(data|fecha|fec|dt|date) (de |da |d )?"
        r"(admiss|ingres|alta\b|nombramiento|embauche|entree)"
        r"|(eintritt|einstellung|anstellung|beginn)s?datum|datum (in dienst|eintritt)"
        r"|^(anstalld|ansatt) (fran|fra)$|(入社|採用|入职)(年月日|日|日期|时间)$"
    ),
    "end": re.compile(
        r"(terminat|separat|resign|retire|end|exit|leav)\w* (date|dte?)\b"
        r"|\b(data|fecha|fec|dt|date) (de |da |d )?"
        r"(rescis|exonera|deslig|demiss|egres|baja\b|cese\b|sortie)"
        r"|(austritt|kundigung|end)s?datum|datum (uit dienst|austritt)"
        r"|^(anstalld|ansatt) till?$|(退職|退社|离职)(年月日|日|日期|时间)$"
    ),
    "first": re.compile(
        r"^(legal |employee |emp |preferred |person )*(first|given) ?(name|nme|nm)$"
    ),
    "last": re.compile(r"^(legal |employee |emp |person )*(last|family) ?(name|nme|nm)$"),
    "name": re.compile(
        r"^(employee|empl|emp|person|staff|member|full|worker|incumbent|officer|official|holder|mp"
        r"|councill?or|senator|teacher|player|agent)s?"
        r"( full)? name$|^(nome|nombre|nom) (del?|do|da|du|de l|dell) ?"
        r"(servidor|empleado|trabajador|funcionario|agente?|salarie|dipendente|colaborador)a?\b"
    ),
    "url": re.compile(
        r"(linkedin|profile|person|full name|contact)( \w+)* (url|link)$|^(linkedin|profile)$"
    ),
    "id": re.compile(
        r"\b(employee|employ|empl|person|personnel|personeels|personal|mitarbeiter|staff|member"
        r"|contact|worker|emp|badge|anstallnings|ansatt|agent)( \w+)? ?"
        r"(id|no|nr|nbr|number|num|nummer|key|code|identifier)$"
        r"|^таб\w* (no|номер)$|^(nr|numer) (ewid|prac)|^(no|numero) (de )?(empleado|trabajador)"
        r"|(社員|従業員|職員|员工)(番号|コード|号|编号|编码|id)$"
    ),
}
"""For a name that is in no list above: words in it that tell of a field, the last to be tried."""
FORMER = (
    "previous|prev|prior|former|past|vorherige[rsn]?|frühere[rsn]?|précédente?|anterior|precedente"
    "|poprzedni[aey]?|vorige"
)
"""Words, each a whole one, in the name of a column that tells of a position before this one."""
FORMER_SIGNS = (
    r"上一?[家个份]|(?<![当當目])前(公司|单位|雇主|职|職|の会社)|原(公司|单位)|以前|이전|전 ?직장"
)
"""The same where words are not parted."""
_OF_ELSE = (
    r"(\bid|uuid|guid|urn|code|\bcd|\bno|number|num|nbr|type|status|count|salary|rate|pay|dates?|year"
    r"|\burl|link|website|domain|industry|\bsize|\bcity|country|state|phone|address"
    r"|revenue|employees|duration|range)$"
    r"|level$|codigo$|^cod(igo)?\b|monetaria"
    r"|\bparent\b|^(supervisor|manager|mgr|previous|former)"
)
NOT_LIKE: Mapping[str, re.Pattern[str]] = {
    "organization": re.compile(_OF_ELSE),
    "team": re.compile(_OF_ELSE),
    "title": re.compile(rf"{_OF_ELSE}|location$"),
    "id": re.compile(
        r"manager|supervisor|parent|previous|former|reports|company|account|org|owner"
        r"|phone|mobile|\b(cell|fax|tel)\b|contact (no|nr|nbr|number|num|nummer)$"
    ),
    "url": re.compile(r"company|account|org|employer|website|picture|photo|image|avatar|logo"),
    **dict.fromkeys(
        ("start", "end"),
        re.compile(r"fiscal|period|\bpay|payroll|salary|budget|report|survey|contract|birth|leave"),
    ),
}
"""By field: a name with such words tells of something else."""
LEVELS = (
    re.compile(r"ministry|authority|agency|college|school|bureau|branch|directorate"),
    re.compile(r"dep(artmen)?t|départ|depart|abteilung|descr|afdeling|avdel|ufficio"),
    re.compile(r"division|subdep|sub dep|sub org|subdiv"),
    re.compile(r"section|unit|team|group|service|function"),
)
"""Parts of an organisation by words in the names of their columns, the broadest first."""
