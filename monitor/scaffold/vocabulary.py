"""Names of columns that exports have, and by which words a name that is not known is understood."""

import re
from collections.abc import Mapping

# As they are written in exports of People Data Labs, Coresignal, Crustdata, Proxycurl, Apollo,
# LinkedIn, Phantombuster and systems of HR, without case and punctuation; the surest come first.
WORDS: Mapping[str, str] = {
    "id": """
        personid profileid memberid employeeid candidateid crustdatapersonid pdlid workerid
        employeenumber employeeno contactid apollocontactid personnelnumber personalnummer
        matricule employeeidentifier employeekey employeecode emplid empid empno empnum empnumber
        staffid staffnumber persnr userid uniqueid orcid id uuid publicidentifier publicid
        linkedinusername vanityname linkedinid linkedinurl linkedinprofileurl personlinkedinurl
        linkedinprofile professionalnetworkurl flagshipprofileurl profileurl url profile linkedin
    """,
    "name": """
        fullname name displayname employeename personname candidatename contactname workername
        employeefullname empname staffname legalname nameofemployee preferredname employee worker
        candidate person mitarbeiter nomcomplet
    """,
    "first": """
        firstname fname firstnm namefirst givenname givennames forename preferredfirstname vorname
        prenom prénom
    """,
    "last": """
        lastname namelast lname lastnm familyname familynames surname last nachname nomdefamille
    """,
    "url": """
        linkedinurl linkedinprofileurl personlinkedinurl linkedinprofile professionalnetworkurl
        flagshipprofileurl profileurl url profilelink profile
    """,
    "organization": """
        organization organisation organizationname organisationname currentcompanyname
        currentcompany currentemployer activeexperiencecompanyname jobcompanyname companyname
        company employername employer experiencecompanyname accountname account firma unternehmen
        arbeitgeber entreprise société societe employeur empresa azienda employingagency agency
        agencyname agencytitle institution institutionname ministry entityname entity orgname
    """,
    "organization_id": "organizationid organisationid ror rorid lei wikidata",
    "team": """
        team teamname department departmentname departments jobdepartment businessunit division
        divisionname function orgunit orgunitname abteilung département departement service dept
        deptname suborganization section departmentdescription departmentdesc deptdescr deptdesc
        bureau unitname descr
    """,
    "title": """
        jobtitle jobtitles positiontitle title titles currenttitle currentjobtitle currentposition
        activeexperiencetitle position role jobrole rolename employeetitle occupation stelle
        funktion poste intitulé designation workingtitle businesstitle classtitle titledescription
        jobdescription jobdesc positiondescription jobclass jobclassification classification
        jobname
    """,
    "location": """
        location joblocationname worklocation locationname office site locationcity city
        joblocation standort lieu geolocation dutystation workcity county campus locationcountry
        country
    """,
    "kind": "kind",
    "start": """
        start startdate startedon startson startsat datefrom from jobstartdate positionstartdate
        experiencestartdate hiredate hiredon originalhiredate dateofhire joindate joinedon since
        eintritt eintrittsdatum datedebut dateentrée hiredt originalhiredt dateofappointment
        appointmentdate datestarted datehired startingdate employmentdate dateemployed begindate
        mostrecenthiredate lasthiredate
    """,
    "end": """
        end enddate finishedon endedon endson endsat dateto to until jobenddate positionenddate
        experienceenddate terminationdate leavedate lefton lastday austritt austrittsdatum datefin
        datesortie terminationdt enddt termdate separationdate dateofseparation leavingdate
        exitdate
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
LIKE: Mapping[str, re.Pattern[str]] = {
    "organization": re.compile(r"employer|company|organi[sz]ation|agency|institution"),
    "team": re.compile(r"department|dept|division|bureau|\bunit\b"),
    "title": re.compile(r"title|position|classification|\bjob\b"),
    "start": re.compile(
        r"(hire|start|appointment|begin|entry)\w* (date|dt)|date \w* ?(hire|start|appoint)"
    ),
    "end": re.compile(r"(termination|separation|end|exit|leaving)\w* (date|dt)"),
    "name": re.compile(r"^(employee|person|staff|member|full|worker)s? (full )?name"),
    "id": re.compile(
        r"^(employee|person|staff|member|worker|emp) (id|no|number|num|key|code|identifier)"
    ),
}
"""For a name that is in no list above: words in it that tell of a field, the last to be tried."""
NOT_LIKE = re.compile(
    r"(\bid|code|\bno|number|num|type|status|count|salary|rate|pay|date|year|level)$"
)
"""A name that ends so tells of something else than what an organisation, a team or a title is."""
