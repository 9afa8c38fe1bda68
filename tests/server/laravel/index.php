<?php
// public/index.php of a site on Laravel's own router, requests and guards: what htdocs/php/README.md says, and no more of an
// application than it takes. {…}: replaced by the test.
require '/usr/share/php/Illuminate/autoload.php';
require_once '{include}';
Cardea\configure(['url' => '{url}', 'keys' => '{keys}', 'transport' => 'both']);

use Illuminate\Auth\AuthenticationException;
use Illuminate\Auth\AuthManager;
use Illuminate\Auth\GenericUser;
use Illuminate\Auth\Middleware\Authenticate;
use Illuminate\Config\Repository;
use Illuminate\Container\Container;
use Illuminate\Events\Dispatcher;
use Illuminate\Http\JsonResponse;
use Illuminate\Http\RedirectResponse;
use Illuminate\Http\Request;
use Illuminate\Routing\RoutingServiceProvider;

// app/Http/Middleware/Authenticate.php
class SignedIn extends Authenticate
{
    protected function redirectTo($request)
    {
        return Cardea\login_url();
    }
}

$app = Container::setInstance(new Container());
$app->instance('config', new Repository(['auth' => [
    'defaults' => ['guard' => 'web'],
    'guards' => ['web' => ['driver' => 'cardea']],  // config/auth.php
]]));
$app->singleton('auth', static fn ($app) => new AuthManager($app));
$app->alias('auth', Illuminate\Contracts\Auth\Factory::class);
// app/Providers/AuthServiceProvider.php; a site with a table of its own looks the id up in it
$app['auth']->viaRequest('cardea', static fn ($request) => ($user = Cardea\user()) ? new GenericUser(['id' => $user->id]) : null);

$app->instance('events', new Dispatcher($app));
(new RoutingServiceProvider($app))->register();
$router = $app['router'];
$router->aliasMiddleware('auth', SignedIn::class);
$show = static fn (Request $request) => new JsonResponse(['page' => 'WHAT MEMBERS SEE', 'user' => optional($app['auth']->user())->id, 'path' => $request->path(),
    'query' => $request->query(), 'remote' => $_SERVER['REMOTE_USER'] ?? $_SERVER['REDIRECT_REMOTE_USER'] ?? '']);
$router->get('/', $show);
$router->get('posts/{slug}', $show);
$router->any('account/{any}', $show)->where('any', '.*')->middleware('auth');

$request = Request::capture();
$app->instance('request', $request);
$app->instance(Request::class, $request);
$app['auth']->resolveUsersUsing(static fn () => $app['auth']->guard()->user());
try {
    $response = $router->dispatch($request);
} catch (AuthenticationException $refused) {  // as Laravel's exception handler does
    $response = $request->expectsJson() ? new JsonResponse(['message' => $refused->getMessage()], 401) : new RedirectResponse($refused->redirectTo());
}
$response->prepare($request)->send();
