"""Names of columns that exports have, and by which words a name that is not known is understood."""

import re
from collections.abc import Mapping

# As they are written in exports of People Data Labs, Coresignal, Crustdata, Proxycurl, Apollo,
# LinkedIn, Phantombuster and systems of HR, without case and punctuation; the surest come first.
WORDS: Mapping[str, str] = {
    "id": """
        personid profileid memberid employeeid candidateid crustdatapersonid pdlid workerid
        employeenumber employeeno contactid apollocontactid personnelnumber personalnummer
        matricule employeeidentifier employeekey employeecode emplid empid empno empnum
        empnumber staffid staffnumber persnr employeenum employeenbr employeenr emplno emplnbr
        emplpersnbr persno pernr pnr persnummer personalnr mitarbeiternummer mitarbeiterid
        staffno workernumber memberno membernumber noempl noemploye numeroemploye nomatricule
        matricula matrícula legajo userid uniqueid orcid id uuid publicidentifier
        publicid uid guid linkedinusername vanityname linkedinid linkedinurl linkedinprofileurl
        personlinkedinurl linkedinprofile professionalnetworkurl flagshipprofileurl
        profileurl url profile linkedin badgeid badgenumber cedula medewerkernummer
        personeelsnummer samaccountname userprincipalname username login loginname
        idempleado numeroempleado númeroempleado noempleado codigoempleado códigoempleado
        matricoladipendente codicedipendente iddipendente numerodematricule numéromatricule
        идентификатор табельныйномер numerpracownika idpracownika
        社員番号 従業員番号 職員番号 工号 员工编号 员工号
        αριθμόσμητρώου sicilno osobníčíslo törzsszám
    """,
    "name": """
        fullname name displayname employeename personname candidatename contactname
        workername employeefullname empname staffname legalname nameofemployee
        preferredname employee worker candidate person mitarbeiter nomcomplet emplname
        employeesname incumbent incumbentname holder holdername nameofholder officer
        officername official officialname membername nameofofficer nameofmember teachername
        surnameandname nombre nombrecompleto nombreyapellido apellidosynombre nomeenome
        nomecompleto nominativo naam volledigenaam namn navn nimi imięinazwisko
        nomprenom nométprénom nometprénom nometprenom cognomeenome cognomenome фио
        фамилияимяотчество сотрудник imięinazwiskopracownika pracownik dipendente empleado
        氏名 社員名 従業員名 姓名 员工姓名
        ονοματεπώνυμο adsoyad jménoapříjmení teljesnév
    """,
    "first": """
        firstname fname first firstnm firstnme namefirst givenname givennames forename
        preferredfirstname
        vorname prenom prénom employeefirstname empfirstname firstnames given nombres
        prenoms prénoms nome voornaam förnamn fornavn etunimi imię
        имя όνομα jméno keresztnév
    """,
    "last": """
        lastname namelast lname last lastnm lastnme familyname familynames surname last nachname
        nomdefamille employeelastname emplastname sname nom apellidos apellido cognome
        sobrenome achternaam efternamn etternavn efternavn sukunimi nazwisko
        фамилия επώνυμο soyad příjmení vezetéknév
    """,
    "url": """
        linkedinurl linkedinprofileurl personlinkedinurl linkedinprofile
        professionalnetworkurl flagshipprofileurl profileurl url profilelink profile
    """,
    "organization": """
        organization organisation organizationname organisationname currentcompanyname
        currentcompany currentemployer activeexperiencecompanyname jobcompanyname
        companyname company employername employer experiencecompanyname accountname account
        firma unternehmen arbeitgeber entreprise société societe employeur empresa azienda
        employingagency agency agencyname agencytitle institution institutionname ministry
        entityname entity orgname authority authorityname ministryname body bodyname
        publicbody municipality schooldistrict university college hospital jurisdiction
        jurisdictionname organismo entidad entidade ente órgão orgao organisatie werkgever
        dienststelle behörde behorde ministère ministere
        compañía compañia compania organización organizacion организация компания работодатель
        pracodawca przedsiębiorstwo organizacja društvo ditta società datoredilavoro
        会社 会社名 勤務先 公司 公司名称 单位
        εταιρεία şirket kurum společnost zaměstnavatel cég munkáltató
    """,
    "organization_id": "organizationid organisationid ror rorid lei wikidata",
    "team": """
        team teamname department departmentname departments jobdepartment businessunit
        division divisionname function orgunit orgunitname abteilung département
        departement service dept deptname suborganization section departmentdescription
        departmentdesc deptdescr deptdesc bureau unit unitname descr branch branchname
        bureauname directorate directoratename subdepartment subdivision workgroup
        departamento área unidad unidade ufficio afdeling avdelning avdeling osasto lotação
        lotacao
        setor secretaria gerencia gerência reparto servizio dział отдел подразделение
        структурноеподразделение департамент управление 部署 部署名 部門 所属 部门 部门名称
        τμήμα διεύθυνση
        bölüm birim departman oddělení odbor osztály
    """,
    "title": """
        jobtitle jobtitles positiontitle title titles currenttitle currentjobtitle
        currentposition activeexperiencetitle position role jobrole rolename employeetitle
        occupation stelle funktion poste intitulé designation workingtitle businesstitle
        classtitle titledescription jobdescription jobdesc positiondescription jobclass
        jobclassification classification jobname titre puesto cargo qualifica mansione
        functie tittel tehtävä berufsbezeichnung dienstbezeichnung emploi postname postheld
        officeheld jobtittle rank
        fonction должность stanowisko ruolo ocupación ocupacion profesión función funcion
        役職 職位 职位 职务 岗位 θέση ειδικότητα unvan ünvan görev pozice funkce beosztás munkakör
    """,
    "location": """
        location joblocationname worklocation locationname office site locationcity city
        joblocation standort lieu geolocation dutystation workcity county campus
        locationcountry country emplacement ubicación ubicacion sede locatie ort dienstort
    """,
    "kind": "kind",
    "start": """
        start startdate startedon startson startsat datefrom from jobstartdate
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
        dateappointed effectivedate admissao admissão ingreso ingresso
        datadeingresso dataingresso fechadenombramiento datadeadmision fechadeadmision
        fechadeinicio fechainicio datadeinício datainicio datadeinicio datainizio
        datadiinizio datededébut datedébut datedebutcontrat начало датаначала датаприема
        датаприёма datazatrudnienia dataod początek
        датаприеманаработу датаприёманаработу датаназначения 入社日 入社年月日 採用日
        入职日期 入职时间
        ημερομηνίαπρόσληψησ işegiriştarihi datumnástupu belépésdátuma
    """,
    "end": """
        end enddate finishedon endedon endson endsat dateto to until jobenddate
        positionenddate experienceenddate terminationdate leavedate lefton lastday austritt
        austrittsdatum datefin datesortie terminationdt enddt termdate separationdate
        dateofseparation leavingdate exitdate leaving dateofleaving dateofexit
        dateoftermination dateleft dateended fechadebaja fechafin uitdienst
        datadecessazione rescisao rescisão exoneracao exoneração desligamento
        datadesligamento datarescisao dataexoneracao fechadeegreso fechadecese egreso cese
        fechadefin fechafinal fechadetermino fechadetérmino datadefim datafim datafine
        datadifine datedefin окончание датаокончания датаувольнения datazwolnienia datado koniec
        退職日 退社日 离职日期 离职时间
        ημερομηνίααποχώρησησ datumodchodu kilépésdátuma
    """,
    "current": "current iscurrent currentlyemployed activeexperience",
    "primary": "primary isprimary",
    "position_id": "positionid experienceid",
    "updated_on": """
        updatedon updatedat lastupdated lastupdatedat joblastverified checkedat lastchanged
        profileupdatedat
    """,
    "same_as": "sameas",
}
HIRED = re.compile(
    r"hire|joined|joining|employed|servicedate|servicestart|servicesince|seniority|onboard"
    r"|eintritt|embauche|assunzione|ingreso|admiss|zatrudnienia|anställning|ansettelse|indienst"
    r"|приема|приёма|入社|採用|入职|πρόσληψ|işegiriş|nástupu|belépés"
)
"""In the name of a column of starts: it has the day on which people came to the employer."""
LIKE: Mapping[str, re.Pattern[str]] = {
    "organization": re.compile(
        r"employer|company|organi[sz]ation|agency|institution|ministry|authority|municipality"
        r"|university|college|jurisdiction|\borg\b"
    ),
    "team": re.compile(r"department|dept|division|bureau|branch|directorate|section|\bunit\b"),
    "title": re.compile(r"title|position|classification|\bjob\b"),
    "start": re.compile(
        r"(hire|hiring|start|appoint|begin|entry|join|employment)\w* (date|dte?)\b"
        r"|date \w* ?(hire|start|appoint|join|entry|entered)"
        r"|\b(data|fecha|fec|dt|date) (de |da |d )?"
        r"(admiss|ingres|alta\b|nombramiento|embauche|entr[eé]e)"
    ),
    "end": re.compile(
        r"(terminat|separat|resign|retire|end|exit|leav)\w* (date|dte?)\b"
        r"|\b(data|fecha|fec|dt|date) (de |da |d )?"
        r"(rescis|exonera|deslig|demiss|egres|baja\b|cese\b|sortie)"
    ),
    "first": re.compile(
        r"^(legal |employee |emp |preferred |person )*(first|given) ?(name|nme|nm)$"
    ),
    "last": re.compile(r"^(legal |employee |emp |person )*(last|family) ?(name|nme|nm)$"),
    "name": re.compile(
        r"^(employee|empl|emp|person|staff|member|full|worker|incumbent|officer|official|holder)s?"
        r" (full )?name"
    ),
    "id": re.compile(
        r"^(employee|employ|empl|person|personnel|staff|member|worker|emp|badge) \w* ?"
        r"(id|no|nr|nbr|number|num|key|code|identifier)$"
    ),
}
"""For a name that is in no list above: words in it that tell of a field, the last to be tried."""
NOT_LIKE: Mapping[str, re.Pattern[str]] = {
    **dict.fromkeys(
        ("organization", "team", "title"),
        re.compile(
            r"(\bid|code|\bcd|\bno|number|num|nbr|type|status|count|salary|rate|pay|date|year)$"
            r"|level$"
            r"|\bparent\b|^(supervisor|manager|mgr|previous|former)"
        ),
    ),
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
