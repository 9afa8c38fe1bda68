# Perl behind FastCGI checking an HS256 token with Crypt::JWT: BENCH_KEYS names the directory of hmac.txt.
use strict;
use warnings;
use Crypt::JWT qw(decode_jwt);
use FCGI;
use MIME::Base64 qw(decode_base64);

my $directory = $ENV{BENCH_KEYS};  # each request brings an environment of its own

sub read_key {
  open my $file, '<', "$directory/hmac.txt" or die "hmac.txt: $!";
  return decode_base64(join '', <$file>);
}

my $key;
my $request = FCGI::Request();
while ($request->Accept() >= 0) {
  $key //= read_key();
  my $token = substr $ENV{HTTP_AUTHORIZATION} // '', 7;
  my $claims = eval { decode_jwt(token => $token, key => $key, accepted_alg => 'HS256', verify_exp => 1) };
  print $claims ? "Status: 204 No Content\r\n\r\n" : "Status: 401 Unauthorized\r\n\r\n";
}
