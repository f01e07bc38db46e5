#!/bin/sh
# Makes the certificates of the TLS tests anew: ./make.sh. Two authorities (ours and another), a server and a client signed by
# ours, a server whose certificate has expired, one for another host and one signed by the other authority. Valid for a
# hundred years; the password of everything is "secret".
set -e
cd "$(dirname "$0")"
rm -f ./*.p12 ./*.pem
PASS="-storepass secret -storetype PKCS12"
DAYS=36500

authority() { # name
    keytool -genkeypair -keystore "$1.p12" $PASS -alias ca -keyalg EC -groupname secp256r1 -dname "CN=$1" -validity $DAYS -ext bc:c
    keytool -exportcert -rfc -keystore "$1.p12" $PASS -alias ca -file "$1.pem"
}

signed() { # name authority dname san startdate validity
    keytool -genkeypair -keystore "$1.p12" $PASS -alias own -keyalg EC -groupname secp256r1 -dname "$3" -validity $DAYS
    keytool -certreq -keystore "$1.p12" $PASS -alias own -file "$1.csr"
    keytool -gencert -keystore "$2.p12" $PASS -alias ca -infile "$1.csr" -outfile "$1.crt" -rfc -startdate "$5" -validity "$6" -ext "san=$4"
    keytool -importcert -noprompt -keystore "$1.p12" $PASS -alias ca -file "$2.pem"
    keytool -importcert -noprompt -keystore "$1.p12" $PASS -alias own -file "$1.crt"
    rm "$1.csr" "$1.crt"
}

authority authority
authority stranger
signed server authority "CN=server" "dns:localhost,ip:127.0.0.1" -1d $DAYS
signed client authority "CN=client" "dns:client" -1d $DAYS
signed expired authority "CN=expired" "dns:localhost,ip:127.0.0.1" -10d 5
signed elsewhere authority "CN=elsewhere" "dns:elsewhere.example" -1d $DAYS
signed strange stranger "CN=strange" "dns:localhost,ip:127.0.0.1" -1d $DAYS
rm stranger.pem authority.p12 stranger.p12
